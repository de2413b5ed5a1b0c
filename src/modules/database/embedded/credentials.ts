import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { z } from 'zod';
import { causeOf, codeOf, StartError } from './start-error';
import type { HomeFolder } from './home-folder';

const credentialsSchema = z.strictObject({
  ownerPassword: z.string().min(1),
  appPassword: z.string().min(1),
});

/** The passwords of the two roles; made once, kept in a file that only we can read. */
export type Credentials = z.infer<typeof credentialsSchema>;

/**
 * Reads the passwords, or makes them when there is no data yet that knows others.
 *
 * @throws StartError when the file is unreadable, or missing beside existing data.
 */
export const openCredentials = async (
  { credentials: file, data }: HomeFolder,
  hasData: boolean,
): Promise<Credentials> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new StartError(`cannot read ${file}: ${causeOf(error)}`);
  });
  if (text !== undefined) return parse(file, text);
  if (hasData) {
    throw new StartError(
      `${file} is gone and holds the only passwords of ${data}: restore it, or move ${data} away`,
    );
  }
  const made = { ownerPassword: randomPassword(), appPassword: randomPassword() };
  await writeDurably(file, `${JSON.stringify(made, null, 2)}\n`);
  return made;
};

const randomPassword = (): string => randomBytes(24).toString('base64url');

function parse(file: string, text: string): Credentials {
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch {
    throw new StartError(`${file} does not hold the two passwords any more: restore it`);
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    throw new StartError(`cannot write ${file}: ${causeOf(error)}`);
  }
}
