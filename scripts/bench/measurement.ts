import type { Context } from './context';
import type { Row } from './figures';

/** One thing that is measured. A new one is a file in `measurements` and a line in its index. */
export interface Measurement {
  /** As given to `--only`. */
  readonly name: string;
  /** What it measures, in one line. */
  readonly summary: string;
  /** What it is held against, in words. */
  readonly budget: string;
  /** Runs it. Throws where it could not be measured; a missed budget is a figure like any other. */
  readonly run: (context: Context) => Promise<readonly Row[]>;
}

/** Something that this machine has not got stands in the way: no failure, but no figures either. */
export class NotHere extends Error {}
