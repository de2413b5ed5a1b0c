import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeySetting } from '../config/settings';
import { roles } from './access';
import { readSecretFile } from './secret-file';

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

/** The three keys of `<home>/keys.json`, made at the first start; mode 0600. */
export const readKeyFile = async (home: string): Promise<KeyFile> => {
  const path = join(home, 'keys.json');
  const parsed = keyFile.safeParse(await readSecretFile(path, fresh()));
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
