import { z } from 'zod';
import type { Counted, Projection } from '../../projections/projection';
import { positionSchema } from '../http/contract.schemas';
import type { TableColumn } from '../projector/table';
import { asOfField, cursorField, limitField, minPositionField, momentField } from './query-fields';
import { answerShape, isComparable, shownColumns } from './rows/row-columns';
import { filterField, groupField, sortField } from './rows/row-fields';

/** What every question to a read model may come with. */
const common = {
  minPosition: minPositionField,
  asOf: asOfField,
};

const range = ({ time }: Projection) => ({
  from: momentField(`From this time or day on, by ${time}`),
  to: momentField(`Before this time or day, by ${time}`),
});

/** Parameters that are not the filter of a column; no column may have such a name. */
const reserved = (projection: Projection, columns: readonly TableColumn[]) => ({
  ...range(projection),
  sort: sortField(columns, projection),
  limit: limitField,
  cursor: cursorField,
  ...common,
});

/** A filter for each of these columns. */
const filters = (columns: readonly TableColumn[]) =>
  Object.fromEntries(columns.map((column) => [column.name, filterField(column)]));

/** The parameters of `GET /v1/projections/<name>`. */
export const rowsQuerySchema = (projection: Projection) => {
  const columns = shownColumns(projection);
  const keys = columns.filter(({ isKey }) => isKey);
  const fields = {
    ...reserved(projection, columns),
    ...(projection.kind === 'totals' ? { groupBy: groupField(keys) } : {}),
  };
  const comparable = columns.filter(isComparable);
  for (const { name } of columns) {
    if (name in fields) throw new Error(`${projection.name} has a column named ${name}`);
  }
  return z.strictObject({ ...filters(comparable), ...fields });
};

/** The parameters of `GET /v1/counts/<name>`. */
export const countsQuerySchema = (projection: Counted) =>
  z.strictObject({
    ...filters(shownColumns(projection).filter(isComparable)),
    by: z
      .enum(projection.countedBy, { error: `is one of ${projection.countedBy.join(', ')}` })
      .meta({ description: 'The column by whose values rows are counted' }),
    ...range(projection),
    ...common,
  });

/** The parameters of `GET /v1/projections/<name>/<key>`. */
export const rowQuerySchema = z.strictObject(common);

/** One row of an answer. Totals have only those keys that they are grouped by. */
export const rowSchema = (projection: Projection) => {
  const shape = answerShape(projection);
  if (projection.kind === 'entity') return z.object(shape);
  const keys = Object.keys(projection.key);
  return z.object(
    Object.fromEntries(
      Object.entries(shape).map(([name, type]) => [
        name,
        keys.includes(name) ? type.optional() : type,
      ]),
    ),
  );
};

const answered = (projection: Projection) => ({
  projection: z.literal(projection.name),
  version: z.int(),
  position: positionSchema,
  ledgerHash: z
    .string()
    .meta({ description: 'With asOf: names the history up to the position' })
    .optional(),
});

export const rowsAnswerSchema = (projection: Projection) =>
  z.object({
    ...answered(projection),
    rows: z.array(rowSchema(projection)),
    next: z.string().nullable(),
  });

export const rowAnswerSchema = (projection: Projection) =>
  z.object({ ...answered(projection), row: rowSchema(projection) });

/** The answer of `GET /v1/counts/<name>`. */
export const countsAnswerSchema = (projection: Projection) =>
  z.object({
    ...answered(projection),
    total: z.int(),
    counts: z
      .record(z.string(), z.int())
      .meta({ description: 'Rows by value; a value that no row has is not named' }),
  });

const lagSchema = (oldest: string) =>
  z.object({
    events: z.number(),
    seconds: z.number().meta({ description: `Age of the oldest event not ${oldest}; 0 for none` }),
  });

/** The answer of `GET /v1/projections`. */
export const projectionsAnswerSchema = z.object({
  relay: z
    .object({
      topic: z.string(),
      position: positionSchema,
      lag: lagSchema('on the topic'),
      state: z
        .enum(['publishing', 'hindered', 'vacant'])
        .meta({ description: 'vacant: no process is the relay; hindered: fault says by what' }),
      fault: z.string().nullable(),
    })
    .nullable()
    .meta({ description: 'How the topic stands to the ledger; null where there is no Kafka' }),
  projections: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      kind: z.enum(['entity', 'totals']),
      version: z.int(),
      generation: z.string().meta({ description: 'The live one; also the schema of its table' }),
      position: positionSchema,
      lag: lagSchema('applied'),
      parkedStreams: z
        .int()
        .meta({ description: 'Streams that have events not in the rows; see parked-streams' }),
      parkedEvents: z.int().meta({ description: 'Those events' }),
      fault: z
        .object({
          position: positionSchema,
          stream: z.string(),
          type: z.string(),
          cause: z.string(),
          since: z.iso.datetime(),
        })
        .nullable()
        .meta({ description: 'The first event that could not be applied, where any is parked' }),
      key: z.array(z.string()),
      columns: z.array(
        z.object({ name: z.string(), type: z.string().meta({ description: 'As in SQL' }) }),
      ),
    }),
  ),
});

export type ProjectionsAnswer = z.output<typeof projectionsAnswerSchema>;
