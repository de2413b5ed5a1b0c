import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes what was done in a folder last. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Writes a file under another name first, so that under its own it is whole, or what it was before.
 *
 * @throws what `write` does, and leaves nothing of it.
 */
export const writeWhole = async (
  folder: string,
  name: string,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> => {
  const draft = join(folder, `${name}.partial`);
  const handle = await open(draft, 'w');
  try {
    await write(handle);
    await handle.sync();
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await rename(draft, join(folder, name));
  await syncFolder(folder);
};
