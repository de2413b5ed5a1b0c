import type { SemanticArm } from './semantic/semantic-arm';

/** What style queries ask of the semantic arm. Both searches throw SemanticUnavailable while it is away. */
export type SemanticPort = Pick<SemanticArm, 'search' | 'score' | 'status' | 'trouble'>;

export const SEMANTIC = Symbol('SEMANTIC');
