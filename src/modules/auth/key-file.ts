import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { keySecretSchema } from '../config/key-secret';
import type { KeySetting } from '../config/settings';
import { roles } from './access';
import { readSecretFile } from './secret-file';

/** Each secret once: of two keys with one, the last would decide which role it has. */
const keyFile = z
  .strictObject({ service: keySecretSchema, analyst: keySecretSchema, operator: keySecretSchema })
  .superRefine((file, context) => {
    for (const [index, role] of roles.entries()) {
      const other = roles.slice(0, index).find((before) => file[before] === file[role]);
      if (other === undefined) continue;
      context.addIssue({ code: 'custom', path: [role], message: `is the key of ${other} as well` });
    }
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
