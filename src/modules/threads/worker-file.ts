import { sep } from 'node:path';

/**
 * The file that a thread runs, from what `require.resolve` gives. Run from TypeScript, as Jest does, a
 * thread needs what the compiler made of it.
 */
export const workerFile = (resolved: string): string =>
  resolved.endsWith('.ts')
    ? resolved.replace(`${sep}src${sep}`, `${sep}dist${sep}src${sep}`).replace(/ts$/, 'js')
    : resolved;
