import type { DomainEvent } from '../../events';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import { queried } from './style-query.commands';
import type { StyleQueryCommand } from './style-query.commands';

type StyleQueryRefusal = 'style-query-already-recorded';

interface StyleQueryState {
  readonly recorded: boolean;
}

/** A query on a stream of its own, which has this one fact. */
export const styleQuery: Decider<
  StyleQueryState,
  StyleQueryCommand,
  DomainEvent<'StyleMemoryQueried'>,
  StyleQueryRefusal,
  unknown
> = {
  initialState: { recorded: false },
  evolve: () => ({ recorded: true }),
  decide: (command, state) =>
    state.recorded
      ? refuse('style-query-already-recorded', 'this queryId is taken: each query has its own')
      : [queried(command)],
};
