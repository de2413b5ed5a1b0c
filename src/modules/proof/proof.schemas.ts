import { z } from 'zod';
import { positionSchema } from '../http/contract.schemas';
import { items, positionField, single } from '../reading/query-fields';

const skippable = ['projections', 'kafka'] as const;

/** The parameters of `GET /v1/verify`. */
export const verifyQuerySchema = z.strictObject({
  since: positionField
    .meta({
      description:
        'The ledger and the topic are proven from the last commit at or before this position; everything by default',
    })
    .optional(),
  sinceHash: single
    .regex(/^[0-9a-f]{64}$/, 'is a SHA-256 in hexadecimal')
    .meta({
      description: 'What an earlier proof said is the hash at `since`: proven to be still so',
    })
    .optional(),
  skip: items
    .pipe(z.array(z.enum(skippable, `is a list of ${skippable.join(', ')}`)))
    .meta({ description: `Parts not to prove: ${skippable.join(', ')}` })
    .optional(),
});

export type VerifyQuery = z.output<typeof verifyQuerySchema>;

const hash = z.string().meta({ description: 'SHA-256, hexadecimal' });
const faultCount = z.int().meta({ description: 'Of all; the first hundred of them are listed' });
const detail = z.string().meta({ description: 'What is wrong, and where' });

const ledgerFaultSchema = z.object({
  kind: z.enum(['altered', 'missing', 'version', 'commit', 'head', 'history', 'rights']),
  position: positionSchema.nullable(),
  detail,
});
export type LedgerFault = z.output<typeof ledgerFaultSchema>;

const rowFaultSchema = z.object({
  kind: z.enum(['changed', 'missing', 'added', 'event', 'parked', 'generation']).meta({
    description:
      'Of a row: changed, missing, added. event: one that cannot be folded. parked: a stream with events not in the rows. generation: none that can be proven',
  }),
  table: z.string().nullable(),
  key: z.record(z.string(), z.string().nullable()).nullable(),
  column: z.string().nullable(),
  found: z.string().nullable().meta({ description: 'What the table has' }),
  folded: z.string().nullable().meta({ description: 'What the events make of it' }),
  detail,
});
export type RowFault = z.output<typeof rowFaultSchema>;

const topicFaultSchema = z.object({
  kind: z.enum(['missing', 'altered', 'unknown', 'order', 'partition', 'previous', 'unreadable']),
  position: positionSchema.nullable(),
  partition: z.int().nullable(),
  detail,
});
export type TopicFault = z.output<typeof topicFaultSchema>;

const ledgerProofSchema = z.object({
  holds: z.boolean(),
  after: positionSchema.meta({ description: 'Proven from behind this position on' }),
  position: positionSchema.meta({ description: 'The end of the ledger' }),
  hash: hash.meta({ description: 'Names the whole history up to the end' }),
  events: z.int(),
  commits: z.int(),
  faultCount,
  faults: z.array(ledgerFaultSchema),
});

const projectionProofSchema = z.object({
  projection: z.string(),
  version: z.int(),
  generation: z.string(),
  position: positionSchema.meta({ description: 'Everything up to here is applied' }),
  ledgerHash: hash
    .nullable()
    .meta({ description: 'Of the history up to there; null past the end of the ledger' }),
  rows: z.int(),
  skippedEvents: z.int().meta({
    description: 'Events that an operator gave up by `skip-parked`: the rows do not have them',
  }),
  contentHash: hash.meta({ description: 'Of the rows in the order of their keys' }),
  holds: z.boolean(),
  faultCount,
  faults: z.array(rowFaultSchema),
});

const topicProofSchema = z.object({
  holds: z.boolean(),
  topic: z.string(),
  after: positionSchema.meta({ description: 'Proven from behind this position on' }),
  position: positionSchema.meta({ description: 'Up to here everything has to be on the topic' }),
  messages: z.int().meta({ description: 'Read, those sent twice and those of others included' }),
  resent: z.int().meta({ description: 'Sent again, which consumers drop' }),
  foreign: z.int().meta({ description: 'None of Flowledger, which consumers pass by' }),
  faultCount,
  faults: z.array(topicFaultSchema),
});

/** The answer of `GET /v1/verify`. */
export const proofSchema = z
  .object({
    holds: z.boolean(),
    startedAt: z.iso.datetime(),
    seconds: z.number(),
    eventsPerSecond: z.int().meta({ description: 'Events and messages read, by time' }),
    readings: z.int().meta({ description: 'How often the ledger was read' }),
    ledger: ledgerProofSchema,
    projections: z.array(projectionProofSchema).meta({ description: 'Empty where skipped' }),
    kafka: topicProofSchema.nullable().meta({ description: 'Null without Kafka, or skipped' }),
  })
  .meta({ id: 'Proof' });

/** How far a proof is. */
export const proofProgressSchema = z.object({
  step: z.string(),
  done: z.int(),
  total: z.int(),
  ratePerSecond: z.int(),
  secondsLeft: z.int().nullable(),
});

/** A line of the same answer as JSON lines: progress now and then, at the end the proof. */
export const proofLineSchema = z.union([
  z.object({ progress: proofProgressSchema }),
  z.object({ proof: proofSchema }),
]);

export type Proof = z.output<typeof proofSchema>;
export type LedgerProof = Proof['ledger'];
export type ProjectionProof = Proof['projections'][number];
export type TopicProof = NonNullable<Proof['kafka']>;
export type ProofProgress = z.output<typeof proofProgressSchema>;
