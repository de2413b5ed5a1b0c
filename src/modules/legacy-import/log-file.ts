import { readFile, stat } from 'node:fs/promises';
import { unreadable } from '../cli/unreadable';
import { Failure } from '../cli/verb';

/*
 * The file is parsed as a whole: a tracker that rewrites one JSON file on every call does not get
 * anywhere near this size, and the longest string of Node (about 512 MB) is not far above it.
 */
const mebibyte = 1024 * 1024;
const largest = 400 * mebibyte;

/** Above this it takes a moment, which a person wants to be told. */
const noticeable = 20 * mebibyte;

/** Where and why a parser stopped: V8 names a position, or shows what stands there, or neither. */
const faultOf = (message: string, text: string): string => {
  const [, at] = /at position (\d+)/.exec(message) ?? [];
  if (at === undefined) return message;
  const before = text.slice(0, Number(at)).split('\n');
  const found = JSON.stringify(text.slice(Number(at), Number(at) + 20));
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}, at ${found}`;
};

const read = async (path: string, tell: (line: string) => void): Promise<Buffer> => {
  try {
    const { size } = await stat(path);
    const megabytes = Math.ceil(size / mebibyte);
    if (size > largest) {
      const limit = `${largest / mebibyte} MB at most`;
      throw new Error(`it has ${megabytes} MB; split it into files of ${limit}`);
    }
    if (size > noticeable) tell(`reading ${megabytes} MB ...`);
    return await readFile(path);
  } catch (error) {
    throw new Failure(`cannot read ${path}: ${unreadable(error)}`, { cause: error });
  }
};

/** @throws Failure for another encoding, whose letters would be recorded as what they are not. */
const textOf = (bytes: Buffer, path: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure(`${path} is not UTF-8 text: save it as JSON in UTF-8`, { cause: error });
  }
};

/**
 * The JSON value in the file at `path`. `tell` is given a line where it takes a while.
 *
 * @throws Failure with one line, naming the place where it is not JSON in UTF-8.
 */
export const readJsonFile = async (
  path: string,
  tell: (line: string) => void = () => undefined,
): Promise<unknown> => {
  const text = textOf(await read(path, tell), path);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const fault = faultOf((error as Error).message, text);
    throw new Failure(`${path} is not JSON: ${fault}`, { cause: error });
  }
};
