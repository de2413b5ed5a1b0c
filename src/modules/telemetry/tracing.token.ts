/** The `Tracing` of this process, or null where nothing is traced. */
export const TRACING = Symbol('TRACING');
