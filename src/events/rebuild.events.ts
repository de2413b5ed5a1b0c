import { z } from 'zod';
import { eventScope } from './event-scope';

const reason = z.string().nullable();
const names = z.array(z.string());
const position = z.string();

/**
 * Current shape of the data of every event of a rebuild: projections built from the ledger beside the
 * live ones. A generation is one built copy, named by its schema.
 */
export const rebuildEventSchemas = {
  RebuildStarted: z.object({
    projections: names,
    /** Whether it goes live by itself where nothing differs, or waits to be told. */
    cutover: z.enum(['auto', 'manual']),
    /** Built, compared and dropped. */
    dryRun: z.boolean(),
    /** Null for the whole ledger; anything else can be read and compared, and not go live. */
    scope: eventScope.nullable(),
    /** Null for no limit. */
    maxEventsPerSecond: z.int().nullable(),
    /**
     * Of a dry run that asks what would be if the work of this deployment were void. Only such a rebuild
     * has it: code that does not know it takes it for any other dry run.
     */
    without: z.string().optional(),
    /** What is archived is read from the files; absent where all is read from the table. */
    fromArchive: z.boolean().optional(),
  }),
  RebuildPaused: z.object({ reason }),
  RebuildResumed: z.object({ reason }),
  RebuildCancelled: z.object({ reason }),
  /** It is built, and does not go live by itself. */
  RebuildWaits: z.object({ why: z.enum(['manual', 'differences']), projections: names }),
  RebuildCutOverRequested: z.object({
    /** The projections whose differences from the live generation are as they should be. */
    accept: names,
    reason,
  }),
  RebuildCutOver: z.object({
    generations: z.array(
      z.object({
        projection: z.string(),
        /** Null where nothing was live before. */
        from: z.string().nullable(),
        to: z.string(),
        /** Where both stood, and what history that was. */
        position,
        ledgerHash: z.string(),
      }),
    ),
  }),
  RebuildCompleted: z.object({
    outcome: z.enum(['cut-over', 'dry-run', 'what-if']),
    summary: z.array(
      z.object({
        projection: z.string(),
        generation: z.string(),
        /** Folded into it by the pass over the ledger. */
        events: z.int(),
        rows: z.int(),
        /** Rows that differed from the live generation. */
        added: z.int(),
        missing: z.int(),
        changed: z.int(),
        /** Streams that an event is parked of. */
        parked: z.int(),
        /** Nothing was compared: that none differed says nothing. Facts from before it was told lack it. */
        compared: z.literal(false).optional(),
      }),
    ),
  }),
  RebuildFailed: z.object({ cause: z.string() }),
} as const;

/** Current shape of the data of the one event of `projection-<name>`. */
export const reversionEventSchemas = {
  /** What is seen of a projection is again a generation that was live before, and was kept warm. */
  ProjectionReverted: z.object({
    projection: z.string(),
    reason: z.string(),
    from: z.string(),
    to: z.string(),
  }),
} as const;
