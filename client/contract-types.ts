/*
 * The types of the published contract by the names that users know: those of commands and
 * projections. `contract.ts` is made by the build from the pinned OpenAPI document.
 */
import type { components, paths } from './contract';

type NameIn<
  Path,
  Before extends string,
  After extends string = '',
> = Path extends `${Before}${infer Name}${After}` ? Name : never;

/** The JSON of a request body or of an answer; the members of a union one by one. */
type JsonOf<Content> = Content extends { content: { 'application/json': infer Json } }
  ? Json
  : never;

type AnswerTo<Operation> = Operation extends { responses: { 200: infer Answer } }
  ? JsonOf<Answer>
  : never;

type ParametersOf<Operation> = Operation extends { parameters: infer Parameters }
  ? Parameters
  : never;

/** `start-execution`, `record-llm-call` and all the others. */
export type CommandName = NameIn<keyof paths, '/v1/commands/'>;

/** What a command takes. */
export type Fields<Name extends CommandName> = JsonOf<
  paths[`/v1/commands/${Name}`]['post']['requestBody']
>;

/** The answer to a command that was recorded, or had nothing to change. */
export type Accepted = components['schemas']['Accepted'];

/** `execution-status`, `roi-totals` and all the others. */
export type ProjectionName = NameIn<keyof paths, '/v1/projections/', '/{key}'>;

/** Filters, grouping, order and place, as far as a projection has them. */
export type RowsQuery<Name extends ProjectionName> = NonNullable<
  ParametersOf<paths[`/v1/projections/${Name}`]['get']>['query']
>;

/** A page of rows, with the position it stands for. */
export type Rows<Name extends ProjectionName> = AnswerTo<paths[`/v1/projections/${Name}`]['get']>;

export type Row<Name extends ProjectionName> = Rows<Name>['rows'][number];

/** What an answer waits for, and the past moment it is to be of; the former the client sets by itself. */
export type Moment = Pick<RowsQuery<'execution-status'>, 'minPosition' | 'asOf'>;

export type StyleQuery = JsonOf<paths['/v1/style-memory/query']['post']['requestBody']>;
export type StyleAnswer = AnswerTo<paths['/v1/style-memory/query']['post']>;

type Gettable = {
  [Path in keyof paths]: [AnswerTo<paths[Path]['get']>] extends [never] ? never : Path;
}[keyof paths];

/** Whatever answers a GET with JSON. */
export type ReadablePath = Gettable;
export type Answer<Path extends ReadablePath> = AnswerTo<paths[Path]['get']>;

/** What stands in for `{...}` in the path, and the query. */
export type ReadParameters<Path extends ReadablePath> = Pick<
  ParametersOf<paths[Path]['get']>,
  'path' | 'query'
>;
