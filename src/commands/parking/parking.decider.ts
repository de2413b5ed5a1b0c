import type { EventsOf } from '../../events';
import type { parkingEventSchemas } from '../../events/parking.events';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import type { ParkingCommand } from './parking.commands';

export type ParkingEvent = EventsOf<typeof parkingEventSchemas>;
type ParkingRefusal = 'nothing-parked';

/** What a word about parked events knows besides its own stream. */
export interface ParkingContext {
  /** The positions of a stream's events that its projection cannot apply, in order. */
  readonly unapplied: readonly string[];
}

/** Nothing is remembered: what is parked is told by the generations themselves. */
export const parking: Decider<null, ParkingCommand, ParkingEvent, ParkingRefusal, ParkingContext> =
  {
    initialState: null,
    evolve: (state) => state,
    decide: (command, _state, { unapplied }) => {
      const { projection, stream } = command;
      if (unapplied.length === 0) {
        return refuse('nothing-parked', `${projection} has no parked events of ${stream}`);
      }
      switch (command.type) {
        case 'RetryParked':
          return [{ type: 'ParkedStreamRetried', data: { projection, stream } }];
        case 'SkipParked': {
          const { reason } = command;
          const data = { projection, stream, positions: [...unapplied], reason };
          return [{ type: 'ParkedEventsSkipped', data }];
        }
      }
    },
  };
