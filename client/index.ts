export { Flowledger } from './flowledger';
export type { CommandOptions, RequestOptions } from './flowledger';
export type { RecordedCall } from './call-batches';
export type { BatchOptions, ClientOptions } from './options';
export { CallQueueFull, FlowledgerProblem, FlowledgerUnreachable } from './problem';
export type { FieldFault } from './problem';
export type {
  Accepted,
  Answer,
  CommandName,
  Fields,
  ProjectionName,
  ReadParameters,
  ReadablePath,
  Row,
  Rows,
  RowsQuery,
  StyleAnswer,
  StyleQuery,
} from './contract-types';
