import type { Projection } from '../../projections/projection';
import { seesVoidable } from '../../projections/projection';
import type { Generation } from '../projector/generations';

/** Whether what a generation of a projection leaves out is what is void as of `epoch`. */
export const isOfEpoch = (
  projection: Projection,
  { epoch: own }: Pick<Generation, 'epoch'>,
  epoch: bigint,
): boolean => !seesVoidable(projection) || BigInt(own) >= epoch;

/** In a sentence, where it does not. */
export const outdated = (
  { id, epoch: own }: Pick<Generation, 'id' | 'epoch'>,
  epoch: bigint,
): string =>
  `${id} was begun ${own === '0' ? 'before any work was void' : `as of position ${own}`}, and work was voided or reinstated at ${epoch} since: build it anew`;
