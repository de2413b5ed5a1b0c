import { randomBytes } from 'node:crypto';
import { chmod, link, readFile, rm, writeFile } from 'node:fs/promises';

/**
 * Written whole under another name first, so that a killed start leaves no half of a file. That name is never
 * used again: what such a start left there may be the file itself by its second name.
 */
const make = async (path: string, content: unknown): Promise<void> => {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

/** Undefined where `text` is no JSON. */
const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What is in a file of JSON with mode 0600; one that is not there is made with `fresh`. */
export const readSecretFile = async (path: string, fresh: unknown): Promise<unknown> => {
  await make(path, fresh).catch((error: unknown) => {
    throw new Error(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  });
  await chmod(path, 0o600);
  return jsonOf(await readFile(path, 'utf8'));
};
