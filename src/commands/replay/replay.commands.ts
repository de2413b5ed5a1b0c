import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, longestReason, reasonSchema, textSchema } from '../fields';
import { positionSchema, scopeSchema } from '../scope';

const operator = 'operator' as const;

/** As Kafka names topics; those that begin with two underscores are its own. */
const topicSchema = z
  .string()
  .regex(
    /^(?!__|\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
    'the name of a topic that is not of Kafka itself',
  );

const replayId = idSchema;
const reached = { sent: z.int().min(0), lastPosition: positionSchema.nullable() };

export const replayCommands = {
  StartReplay: command({
    summary: 'Send recorded events once more, to another topic; each is marked as replayed',
    schema: z.strictObject({
      /** Made by the server where absent. */
      replayId: idSchema.optional(),
      topic: topicSchema,
      scope: scopeSchema.default({}),
      maxEventsPerSecond: z.int().min(1).max(10_000_000).optional(),
      dryRun: z.boolean().default(false),
    }),
    opens: true,
    role: operator,
  }),
  PauseReplay: command({
    summary: 'Let a replay rest where it is',
    schema: z.strictObject({ replayId, reason: reasonSchema }),
    role: operator,
  }),
  ResumeReplay: command({
    summary: 'Let a paused replay go on from where it is',
    schema: z.strictObject({ replayId, reason: reasonSchema }),
    role: operator,
  }),
  CancelReplay: command({
    summary: 'End a replay; what it has sent stays on the topic',
    schema: z.strictObject({ replayId, reason: reasonSchema }),
    role: operator,
  }),
  CompleteReplay: command({
    summary: 'End a replay that has sent everything (issued by whoever ran it)',
    schema: z.strictObject({ replayId, ...reached }),
    role: operator,
  }),
  FailReplay: command({
    summary: 'End a replay that cannot go on (issued by whoever ran it)',
    schema: z.strictObject({ replayId, cause: textSchema(longestReason).min(1), ...reached }),
    role: operator,
  }),
};

export type ReplayCommand = CommandOf<typeof replayCommands>;
