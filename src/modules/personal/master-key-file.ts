import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readSecretFile } from '../auth/secret-file';
import { masterKeySchema } from '../config/master-key';
import { keyBytes } from './cipher';

const masterKeyFile = z.array(masterKeySchema).min(1);

/** The master keys of `<home>/master-keys.json`, one made at the first start; mode 0600. */
export const readMasterKeyFile = async (home: string): Promise<readonly string[]> => {
  const path = join(home, 'master-keys.json');
  const fresh = [randomBytes(keyBytes).toString('base64')];
  const parsed = masterKeyFile.safeParse(await readSecretFile(path, fresh));
  if (parsed.success) return parsed.data;
  // Without its keys nothing personal can be read: unlike the callers' keys it is not to be made anew.
  throw new Error(`${path} is not a list of master keys, 32 bytes in base64 each: bring it back`);
};
