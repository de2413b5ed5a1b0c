import { randomBytes } from 'node:crypto';
import { chmod, link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeySetting } from '../config/settings';
import { roles } from './access';

const keyFile = z.strictObject({
  service: z.string().min(24),
  analyst: z.string().min(24),
  operator: z.string().min(24),
});

export type KeyFile = z.output<typeof keyFile>;

const fresh = (): KeyFile => {
  const secret = (): string => randomBytes(24).toString('base64url');
  return { service: secret(), analyst: secret(), operator: secret() };
};

/** Written whole under another name first, so that a killed start leaves no half of a file. */
const make = async (path: string): Promise<void> => {
  const draft = `${path}.${String(process.pid)}`;
  await writeFile(draft, `${JSON.stringify(fresh(), null, 2)}\n`, { mode: 0o600 });
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

/** The three keys of `<home>/keys.json`, made at the first start; mode 0600. */
export const readKeyFile = async (home: string): Promise<KeyFile> => {
  const path = join(home, 'keys.json');
  await make(path).catch((error: unknown) => {
    throw new Error(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  });
  await chmod(path, 0o600);
  const parsed = keyFile.safeParse(jsonOf(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`,
  );
  throw new Error(
    `${path} is not a file of three keys (${faults.join('; ')}): mend it, or remove it to get new keys`,
  );
};

export const keysOf = (file: KeyFile): KeySetting[] =>
  roles.map((role) => ({ role, name: role, secret: file[role] }));
