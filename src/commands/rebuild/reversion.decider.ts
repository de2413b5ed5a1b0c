import type { EventsOf } from '../../events';
import type { reversionEventSchemas } from '../../events/rebuild.events';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import type { ReversionCommand } from './reversion.commands';

export type ReversionEvent = EventsOf<typeof reversionEventSchemas>;
type ReversionRefusal = 'nothing-warm';

/** What a reversion knows besides its own stream. */
export interface ReversionContext {
  /** The generation that is live, and the one that was before and is kept; null where none is. */
  readonly wayBack: { readonly from: string; readonly to: string } | null;
}

/** Nothing is remembered: what there is to go back to is told by the generations themselves. */
export const reversion: Decider<
  null,
  ReversionCommand,
  ReversionEvent,
  ReversionRefusal,
  ReversionContext
> = {
  initialState: null,
  evolve: (state) => state,
  decide: ({ projection, reason }, _state, { wayBack }) => {
    if (wayBack === null) {
      const detail = `no earlier generation of ${projection} is kept: rebuild it`;
      return refuse('nothing-warm', detail);
    }
    return [{ type: 'ProjectionReverted', data: { projection, reason, ...wayBack } }];
  },
};
