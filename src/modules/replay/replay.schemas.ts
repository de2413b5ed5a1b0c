import { z } from 'zod';
import { positionSchema } from '../http/contract.schemas';

const position = positionSchema.nullable();

/** The answer of `GET /v1/replays/<id>`. */
export const replayProgressSchema = z
  .object({
    replayId: z.string(),
    topic: z.string(),
    state: z.enum(['running', 'paused', 'completed', 'cancelled', 'failed']),
    step: z.enum(['counting', 'preparing', 'sending', 'ended']),
    done: z.int().meta({ description: 'Events of the scope that are on the topic' }),
    total: z.int().nullable().meta({ description: 'Events of the scope; null while counting' }),
    ratePerSecond: z.number().meta({ description: 'Since it was last begun or gone on with' }),
    secondsLeft: z.int().nullable(),
    fromPosition: position,
    toPosition: position,
    position: position.meta({ description: 'All of the scope up to here is on the topic' }),
    maxEventsPerSecond: z.int().nullable(),
    reason: z.string().nullable().meta({ description: 'Of its last change of state' }),
    fault: z.string().nullable().meta({ description: 'Why nothing is sent for now' }),
  })
  .meta({ id: 'ReplayProgress' });

export type ReplayProgress = z.output<typeof replayProgressSchema>;
