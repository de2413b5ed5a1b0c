import { z } from 'zod';
import { eventScope } from './event-scope';

const reason = z.string().nullable();
const position = z.string().nullable();

/** What is known of how far a replay came: events that are on the topic, and the last position of them. */
const reached = { sent: z.int(), lastPosition: position };

/** Current shape of the data of every event of a replay: a run that sends recorded events to another topic. */
export const replayEventSchemas = {
  ReplayStarted: z.object({
    topic: z.string(),
    /** Of the events recorded before this one. */
    scope: eventScope,
    /** Null for no limit. */
    maxEventsPerSecond: z.int().nullable(),
  }),
  ReplayPaused: z.object({ reason }),
  ReplayResumed: z.object({ reason }),
  ReplayCancelled: z.object({ reason }),
  ReplayCompleted: z.object(reached),
  ReplayFailed: z.object({ cause: z.string(), ...reached }),
} as const;
