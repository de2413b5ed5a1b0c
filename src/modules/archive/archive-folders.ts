import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncFolder } from '../files/write-whole';
import { ArchiveDamaged, readManifest } from './archive-manifest';

/*
 * The files of a partition are written beside, in `<folder>.partial`, and take their place whole. What was there
 * before waits in `<folder>.replaced` until the new files are recorded.
 */
const partial = '.partial';
const replaced = '.replaced';

const unlessMissing = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
};

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

/** Where the files of a partition are written until they are whole. */
export const partialOf = (folder: string): string => `${folder}${partial}`;

const isThere = async (path: string): Promise<boolean> =>
  ((await readdir(dirname(path)).catch(unlessMissing)) ?? []).includes(basename(path));

/** What was written becomes what there is. */
export const takePlace = async (folder: string): Promise<void> => {
  // One that broke off between the two renames has put what there was aside: it is all there is of it.
  if (await isThere(folder)) {
    await remove(`${folder}${replaced}`);
    await rename(folder, `${folder}${replaced}`);
  }
  await rename(partialOf(folder), folder);
  await syncFolder(dirname(folder));
};

/** What there is was recorded: what was there before goes. */
export const settle = async (folder: string): Promise<void> => {
  await remove(partialOf(folder));
  await remove(`${folder}${replaced}`);
};

const isRecorded = (folder: string, manifestHash: string): Promise<boolean> =>
  readManifest(folder, manifestHash).then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof ArchiveDamaged)) throw error;
      return false;
    },
  );

/**
 * What was written is not gone on with: what was there before is there again.
 *
 * @param recorded the SHA-256 of the manifest that the ledger names; null where it names none. What has
 * it is what was there before: what waits beside it is older, of an export that ended before it was settled.
 */
export const giveBack = async (folder: string, recorded: string | null): Promise<void> => {
  await remove(partialOf(folder));
  if (!(await isThere(`${folder}${replaced}`))) return;
  if (recorded !== null && (await isRecorded(folder, recorded))) {
    await remove(`${folder}${replaced}`);
    return;
  }
  await remove(folder);
  await rename(`${folder}${replaced}`, folder);
  await syncFolder(dirname(folder));
};

/** The folders of partitions beside which something lies that is not settled. */
export const unsettled = async (root: string): Promise<string[]> => {
  const names = (await readdir(root).catch(unlessMissing)) ?? [];
  const folders = names.flatMap((name) =>
    [partial, replaced].flatMap((end) =>
      name.endsWith(end) ? [join(root, name.slice(0, -end.length))] : [],
    ),
  );
  return [...new Set(folders)];
};
