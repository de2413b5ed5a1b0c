import { once } from 'node:events';
import { Writable } from 'node:stream';

/** Where a verb writes: a stream, or a buffer in tests. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What a verb has of the world: the environment, results (`out`) and everything else (`err`). */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly err: Output;
  /** Aborted by the first Ctrl-C, for a verb that ends in its own way; absent where it just ends. */
  readonly interrupted?: AbortSignal;
  /** Asks whoever sits there, null where they leave by Ctrl-C or Ctrl-D; absent where nobody sits there. */
  readonly ask?: (question: string) => Promise<string | null>;
}

/** Writes and waits until there is room for more: a reader that is slow slows down who writes. */
export const writeAll = async (output: Output, text: string): Promise<void> => {
  if (output.write(text) === false && output instanceof Writable) await once(output, 'drain');
};

/** Where progress goes: line by line, as to no terminal, to one that can draw no line anew. */
export const progressOutput = (output: Output, env: Terminal['env']): Output =>
  env['TERM'] === 'dumb' ? { write: (text) => output.write(text) } : output;

type Paint = (text: string) => string;

export interface Palette {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly bad: Paint;
}

const plain: Paint = (text) => text;
const sgr =
  (on: number, off: number): Paint =>
  (text) =>
    `\u001b[${on}m${text}\u001b[${off}m`;

const none: Palette = { strong: plain, faint: plain, good: plain, bad: plain };
const colours: Palette = {
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  good: sgr(32, 39),
  bad: sgr(31, 39),
};

/** Colours for what is written to `output`: none unless it is a terminal (https://no-color.org). */
export const paletteFor = (output: Output, env: Terminal['env']): Palette => {
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return output.isTTY === true && !refused ? colours : none;
};
