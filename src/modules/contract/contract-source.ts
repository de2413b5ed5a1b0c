import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { unreadable } from '../cli/unreadable';
import { Failure } from '../cli/verb';
import { NotOpenApi, readOpenApi } from './openapi-document';
import type { OpenApiDocument } from './openapi-document';

const patienceMilliseconds = 30_000;

const fetched = async (url: string): Promise<string> => {
  const signal = AbortSignal.timeout(patienceMilliseconds);
  let answer: Response;
  try {
    answer = await fetch(url, { signal, headers: { accept: 'application/json, */*;q=0.5' } });
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Error((cause as Error | undefined)?.message ?? message, { cause: error });
  }
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  return answer.text();
};

const textAt = async (source: string): Promise<string> => {
  try {
    return /^https?:\/\//i.test(source) ? await fetched(source) : await readFile(source, 'utf8');
  } catch (error) {
    throw new Failure(`cannot read ${source}: ${unreadable(error)}`, { cause: error });
  }
};

/** JSON is YAML as well, but its own parser is faster and takes what is large. */
const valueOf = (text: string): unknown => {
  const bare = text.replace(/^\uFEFF/, '');
  return /^\s*\{/.test(bare) ? JSON.parse(bare) : parse(bare);
};

/**
 * The OpenAPI document in a file or at an http or https url, as JSON or YAML.
 *
 * @throws Failure with one line where it cannot be read or is none.
 */
export const readContract = async (source: string): Promise<OpenApiDocument> => {
  const text = await textAt(source);
  let value: unknown;
  try {
    value = valueOf(text);
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n');
    throw new Failure(`${source} is neither JSON nor YAML: ${reason}`, { cause: error });
  }
  try {
    return readOpenApi(value);
  } catch (error) {
    if (!(error instanceof NotOpenApi)) throw error;
    throw new Failure(`${source} is no OpenAPI 3 document: ${error.message}`, { cause: error });
  }
};
