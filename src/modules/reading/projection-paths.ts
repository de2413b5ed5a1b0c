import type { OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import { projections } from '../../projections';
import { isCounted } from '../../projections/projection';
import type { Counted, Projection } from '../../projections/projection';
import { queryParameters } from './api-query';
import { jsonSchema, problems, sharedProblems } from '../http/openapi';
import {
  countsAnswerSchema,
  countsQuerySchema,
  rowAnswerSchema,
  rowQuerySchema,
  rowSchema,
  rowsAnswerSchema,
  rowsQuerySchema,
} from './projection.schemas';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;

const parametersOf = (schema: z.ZodObject): object[] =>
  queryParameters(schema).map((parameter) => ({ ...parameter, in: 'query' }));

const readProblems = problems({
  ...sharedProblems,
  404: 'No such read model or row',
  406: 'Not to be had as what Accept names',
  503: 'Not at `minPosition` in time, or the database is away: try again after Retry-After',
});

const answers = (json: z.ZodType, lines?: z.ZodType): object => ({
  200: {
    description: 'The answer, from one snapshot of one generation',
    content: {
      'application/json': { schema: jsonSchema(json) },
      ...(lines === undefined
        ? {}
        : {
            'application/x-ndjson': { schema: jsonSchema(lines) },
            'text/csv': { schema: { type: 'string' } },
          }),
    },
  },
  ...readProblems,
});

const pathsOf = (projection: Projection): [string, Paths[string]][] => {
  const { name, summary } = projection;
  const shared = { tags: ['projections'], security: [{ key: [] }] };
  const rows = {
    ...shared,
    operationId: name,
    summary,
    parameters: parametersOf(rowsQuerySchema(projection)),
    responses: answers(rowsAnswerSchema(projection), rowSchema(projection)),
  };
  const key = { name: 'key', in: 'path', required: true, schema: { type: 'string' } };
  const row = {
    ...shared,
    operationId: `${name}-by-key`,
    summary: 'One row; a key of several columns is joined by commas',
    parameters: [key, ...parametersOf(rowQuerySchema)],
    responses: answers(rowAnswerSchema(projection)),
  };
  return [
    [`/v1/projections/${name}`, { get: rows as unknown as Operation }],
    [`/v1/projections/${name}/{key}`, { get: row as unknown as Operation }],
  ];
};

const countsPathOf = (projection: Counted): [string, Paths[string]] => {
  const counts = {
    tags: ['projections'],
    security: [{ key: [] }],
    operationId: `${projection.name}-counts`,
    summary: 'How many rows there are, by the values of a column',
    parameters: parametersOf(countsQuerySchema(projection)),
    responses: answers(countsAnswerSchema(projection)),
  };
  return [`/v1/counts/${projection.name}`, { get: counts as unknown as Operation }];
};

/** The routes of every read model, for the API document. */
export const projectionPaths = (): Paths =>
  Object.fromEntries([
    ...projections.flatMap(pathsOf),
    ...projections.filter(isCounted).map(countsPathOf),
  ]);
