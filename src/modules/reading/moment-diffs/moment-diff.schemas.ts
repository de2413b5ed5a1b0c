import { z } from 'zod';
import { positionSchema } from '../../http/contract.schemas';
import { contentDiffFields } from '../../rebuild/diff/diff.schemas';
import { pastField } from '../query-fields';

/** The parameters of `GET /v1/diff/<projection>`. */
export const momentDiffQuerySchema = z.strictObject({
  from: pastField('The one moment: a position, or what was recorded before a time'),
  to: pastField('The other; the end of the ledger where nothing is said').optional(),
});

const momentSchema = z.object({
  position: positionSchema,
  ledgerHash: z.string().meta({ description: 'Names the history up to the position' }),
});

/** The answer of `GET /v1/diff/<projection>`. */
export const momentDiffSchema = z
  .object({
    projection: z.string(),
    version: z.int(),
    before: momentSchema.meta({ description: 'The moment of `from`' }),
    after: momentSchema.meta({ description: 'The moment of `to`' }),
    ...contentDiffFields,
  })
  .meta({ id: 'MomentDiff' });

export type MomentDiff = z.output<typeof momentDiffSchema>;
