import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const isFolder = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
};

const makeOne = async (path: string, mode: number): Promise<void> => {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || !(await isFolder(path))) throw error;
  }
};

/**
 * Makes a folder and those above it, where they are missing. Node's own way of it never ends below a
 * folder that takes none and says `ENOENT`, such as `/proc`.
 *
 * @throws Error of the system where it cannot be made.
 */
export const makeFolder = async (path: string, mode = 0o777): Promise<void> => {
  try {
    await makeOne(path, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path) throw error;
    if (!(await isFolder(above))) await makeFolder(above, mode);
    await makeOne(path, mode); // the one above may have been made by another meanwhile
  }
};
