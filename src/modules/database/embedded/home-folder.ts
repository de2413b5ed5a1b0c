import { access, chmod, constants, readdir, realpath, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../files/make-folder';
import { causeOf, StartError } from './start-error';

/** Where everything of one embedded PostgreSQL lives; absolute, free of symbolic links up to `root`. */
export interface HomeFolder {
  readonly root: string;
  readonly data: string;
  readonly credentials: string;
  readonly log: string;
}

const FULL_BELOW_BYTES = 1024 * 1024;

/**
 * Makes the home folder if there is none and sees that files can be made in it.
 *
 * @throws StartError naming the folder.
 */
export const openHome = async (home: string): Promise<HomeFolder> => {
  try {
    await makeFolder(home, isRoot() ? 0o711 : 0o700);
    const root = await realpath(home);
    await access(root, constants.W_OK | constants.X_OK);
    const folder = {
      root,
      data: join(root, 'postgres'),
      credentials: join(root, 'postgres.json'),
      log: join(root, 'postgres.log'),
    };
    await letServerThrough(folder);
    return folder;
  } catch (error) {
    throw new StartError(
      `cannot write to the folder ${home}: ${causeOf(error)}; set FLOWLEDGER_HOME to a folder you own`,
    );
  }
};

/** Whether the disk below the folder is as good as full. */
export const isDiskFull = async (folder: string): Promise<boolean> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < FULL_BELOW_BYTES;
};

const isRoot = (): boolean => process.getuid?.() === 0;

/** Root starts PostgreSQL as another user: our own folder lets it pass, a foreign one stays as it is. */
async function letServerThrough({ root, credentials }: HomeFolder): Promise<void> {
  if (!isRoot()) return;
  const entries = await readdir(root);
  const isOurs = entries.length === 0 || entries.some((entry) => join(root, entry) === credentials);
  if (isOurs) await chmod(root, (await stat(root)).mode | 0o011);
}
