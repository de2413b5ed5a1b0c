import { z } from 'zod';

const count = z.int();
const sidesSchema = z.object({ before: count, after: count });

const rowSchema = z.object({
  kind: z.enum(['missing', 'added', 'changed']),
  key: z.record(z.string(), z.string().nullable()),
  fields: z.array(
    z.object({
      column: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
});

/** How two generations of a projection differ, as it is answered. */
export const contentDiffFields = {
  tables: z.array(
    z.object({
      table: z.string(),
      rows: sidesSchema,
      added: count,
      missing: count,
      changed: count,
      columns: z.record(z.string(), count),
      totals: z.array(z.object({ column: z.string(), before: z.string(), after: z.string() })),
      onlyBefore: z.array(z.string()),
      onlyAfter: z.array(z.string()),
      samples: z.array(rowSchema),
    }),
  ),
  parked: sidesSchema.meta({ description: 'Events that are parked; see parked-streams' }),
};

/** A line of the same as JSON lines: every row that differs. */
export const differenceLineSchema = rowSchema.extend({
  projection: z.string(),
  table: z.string(),
});
