import { open, readFile, stat, truncate } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { causeOf, codeOf, StartError } from './start-error';

const TRUNCATE_ABOVE_BYTES = 16 * 1024 * 1024;
const PREFIX = /^.*?\d{4}-\d\d-\d\d [\d:.]+ \w+ \[\d+\] /;

/** The log of one server run: where it is written and where in the file this run begins. */
export interface LogRun {
  readonly handle: FileHandle;
  readonly start: number;
}

/**
 * Opens PostgreSQL's log for appending; one that has grown past 16 MB is emptied first.
 *
 * @throws StartError when it cannot be written.
 */
export const openLog = async (file: string): Promise<LogRun> => {
  try {
    if ((await sizeOf(file)) > TRUNCATE_ABOVE_BYTES) await truncate(file);
    return { handle: await open(file, 'a', 0o600), start: await sizeOf(file) };
  } catch (error) {
    throw new StartError(`cannot write ${file}: ${causeOf(error)}`);
  }
};

/** What was logged since the run began. */
export const readRun = async (file: string, start: number): Promise<string> =>
  (await readFile(file)).subarray(start).toString('utf8');

/** The line that says why a program of PostgreSQL gave up: a full disk, else the last fatal one. */
export const lastMeaningfulLine = (output: string): string | undefined => {
  const lines = output
    .split('\n')
    .map((line) => line.replace(PREFIX, '').trim())
    .filter((line) => line !== '');
  const last = (pattern: RegExp) => lines.findLast((line) => pattern.test(line));
  // A full disk has consequences that are logged after it, up to a PANIC about something else.
  return (
    last(/No space left on device|Disk quota exceeded/) ??
    last(/\b(FATAL|PANIC): /) ??
    last(/\b(ERROR|error): /) ??
    lines.at(-1)
  );
};

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
