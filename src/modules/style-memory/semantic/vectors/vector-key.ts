import type { Embedder } from '../embedder';
import { partsRule } from '../parts';

/** Under which name vectors are kept: they fit together only if model and parts are the same. */
export const vectorKeyOf = ({ model }: Pick<Embedder, 'model'>): string => `${model}/${partsRule}`;
