import { z } from 'zod';

const position = z.string();

/**
 * Current shape of the data of every event of `parking-<projection>`: what operators decided about
 * events that the projection could not apply. Every generation of it meets these facts in the ledger
 * and does what they say, a rebuild at the same place as the live one.
 */
export const parkingEventSchemas = {
  /** The parked events of a stream are to be tried again, in order. */
  ParkedStreamRetried: z.object({ projection: z.string(), stream: z.string() }),
  /** These events are to be left out where they cannot be applied; those behind them are tried again. */
  ParkedEventsSkipped: z.object({
    projection: z.string(),
    stream: z.string(),
    positions: z.array(position),
    reason: z.string(),
  }),
} as const;
