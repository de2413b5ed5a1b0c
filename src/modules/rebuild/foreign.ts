import type { Projection } from '../../projections/projection';
import type { Generation } from '../projector/generations';

/** Whether what is being built of a projection is of a version that this code does not know: nobody feeds it. */
export const isForeign = (
  { version }: Pick<Projection, 'version'>,
  { version: its, state }: Pick<Generation, 'version' | 'state'>,
): boolean => its !== version && (state === 'filling' || state === 'building' || state === 'fixed');
