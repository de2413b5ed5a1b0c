import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from './file-writer';

const partial = '.partial';
const replaced = '.replaced';

const unlessMissing = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
};

/** Where the files of a partition are written until they are whole. */
export const partialOf = (folder: string): string => `${folder}${partial}`;

/** What was written becomes what there is; files of before go once it has. */
export const takePlace = async (folder: string): Promise<void> => {
  await rm(`${folder}${replaced}`, { recursive: true, force: true });
  await rename(folder, `${folder}${replaced}`).catch(unlessMissing);
  await rename(partialOf(folder), folder);
  await syncFolder(dirname(folder));
  await rm(`${folder}${replaced}`, { recursive: true, force: true });
};

/** Removes what was written of an export that is not gone on with; files of before are there again. */
export const removePartial = async (folder: string): Promise<void> => {
  await rm(partialOf(folder), { recursive: true, force: true });
  const here = await readdir(dirname(folder)).catch(unlessMissing);
  const name = folder.slice(dirname(folder).length + 1);
  if (here?.includes(`${name}${replaced}`) === true && !here.includes(name)) {
    await rename(`${folder}${replaced}`, folder);
  }
};

/** The partitions of which something is written, by what lies in the folder of archives. */
export const partlyWritten = async (root: string): Promise<string[]> => {
  const names = (await readdir(root).catch(unlessMissing)) ?? [];
  return names
    .filter((name) => name.endsWith(partial))
    .map((name) => join(root, name.slice(0, -partial.length)));
};
