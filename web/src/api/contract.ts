/* What the API tells, by the types of its published contract; integers of any size are decimal strings. */
import type { components } from '../../../client/contract';

export type { paths } from '../../../client/contract';
export type {
  Answer as AnswerTo,
  CommandName,
  Fields,
  Row,
  StyleAnswer,
} from '../../../client/contract-types';

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];
