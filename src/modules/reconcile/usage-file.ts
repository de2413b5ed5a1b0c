import { readFile, stat } from 'node:fs/promises';
import { unreadable } from '../cli/unreadable';
import { Failure } from '../cli/verb';

const mebibyte = 1024 * 1024;

/** Some million rows; exports by day, model and project are far below. */
const largest = 100 * mebibyte;

/**
 * The text of the file at `path`.
 *
 * @throws Failure with one line where it cannot be read, is too large, or is no text.
 */
export const readUsageFile = async (path: string): Promise<string> => {
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > largest) {
      throw new Error(`it has ${Math.ceil(size / mebibyte)} MB; split it by month or by project`);
    }
    bytes = await readFile(path);
  } catch (error) {
    throw new Failure(`cannot read ${path}: ${unreadable(error)}`, { cause: error });
  }
  try {
    if (bytes.includes(0)) throw new Error('it holds zero bytes');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const advice = 'export it as CSV in UTF-8';
    throw new Failure(`${path} is not UTF-8 text: ${advice}`, { cause: error });
  }
};
