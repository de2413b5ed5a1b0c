import { z } from 'zod';

const reason = z.string().nullable();
const names = z.array(z.string()).nullable();
const position = z.string().nullable();

/** What is known of how far a replay came: events that are on the topic, and the last position of them. */
const reached = { sent: z.int(), lastPosition: position };

/** Current shape of the data of every event of a replay: a run that sends recorded events to another topic. */
export const replayEventSchemas = {
  ReplayStarted: z.object({
    topic: z.string(),
    /** Which events, of those recorded before this one; null bounds nothing. */
    scope: z.object({
      fromPosition: position,
      toPosition: position,
      /** Recorded at this time or later, and before that one. */
      since: z.string().nullable(),
      until: z.string().nullable(),
      streams: names,
      types: names,
      deployments: names,
    }),
    /** Null for no limit. */
    maxEventsPerSecond: z.int().nullable(),
  }),
  ReplayPaused: z.object({ reason }),
  ReplayResumed: z.object({ reason }),
  ReplayCancelled: z.object({ reason }),
  ReplayCompleted: z.object(reached),
  ReplayFailed: z.object({ cause: z.string(), ...reached }),
} as const;
