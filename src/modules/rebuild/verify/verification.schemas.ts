import { z } from 'zod';
import { positionSchema } from '../../http/contract.schemas';

const count = z.int();

/** What a generation was proven by before it may go live, as it is answered. */
export const verificationSchema = z.object({
  holds: z.boolean().meta({ description: 'Where it does not, the generation never goes live' }),
  position: positionSchema.meta({ description: 'Where the generation stood' }),
  ledgerHash: z.string().nullable().meta({ description: 'Of the history up to there' }),
  rows: count,
  contentHash: z.string().meta({ description: 'As `GET /v1/verify` tells it of a live one' }),
  streams: count.nullable().meta({
    description:
      'Streams whose row was held against the number of their events; null of sums, which have no streams',
  }),
  events: count.meta({
    description: 'Events that the rows have to account for: not those that are parked or void',
  }),
  refolded: z
    .object({
      of: z.enum(['everything', 'streams', 'keys', 'nothing']).meta({
        description:
          'Of a small part of the ledger everything; else rows of some streams, or some rows; nothing where that would take too long',
      }),
      events: count,
      rows: count,
    })
    .meta({ description: 'What was folded from the ledger once more and compared by field' }),
  faultCount: count,
  faults: z.array(z.string()).meta({ description: 'The first of them, in sentences' }),
});

export type Verification = z.output<typeof verificationSchema>;
