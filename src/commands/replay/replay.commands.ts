import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, momentSchema, reasonSchema, textSchema } from '../fields';

const operator = 'operator' as const;

/** As Kafka names topics; those that begin with two underscores are its own. */
const topicSchema = z
  .string()
  .regex(
    /^(?!__|\.{1,2}$)[A-Za-z0-9._-]{1,249}$/,
    'the name of a topic that is not of Kafka itself',
  );

const positionSchema = z
  .union([z.int().min(0), z.string().regex(/^\d{1,18}$/)], { error: 'a position: a whole number' })
  .transform(String);

const namesSchema = z.array(textSchema(256).min(1)).min(1).max(1_000).optional();

const scopeSchema = z.strictObject({
  fromPosition: positionSchema.optional(),
  /** Included. */
  toPosition: positionSchema.optional(),
  /** Recorded at this time or later. */
  since: momentSchema.optional(),
  /** Recorded before this time. */
  until: momentSchema.optional(),
  streams: namesSchema,
  types: namesSchema,
  deployments: namesSchema,
});

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
    schema: z.strictObject({ replayId, cause: textSchema(2_000).min(1), ...reached }),
    role: operator,
  }),
};

export type ReplayCommand = CommandOf<typeof replayCommands>;
export type ReplayScope = Extract<ReplayCommand, { type: 'StartReplay' }>['scope'];
