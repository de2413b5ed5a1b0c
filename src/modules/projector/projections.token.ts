/** The read models to keep: the registry of `src/projections`, or a test's own. */
export const PROJECTIONS = Symbol('PROJECTIONS');
