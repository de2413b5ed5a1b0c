/* Temporary files in memory: nothing in tests is about a disk, and one that is busy is most of the wait. */
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';

const folder = '/dev/shm';
/** A run takes half a gigabyte; what is there beyond is for the processes that it starts. */
const wantedBytes = 4 * 2 ** 30;

/** Docker mounts it so that nothing runs from there, and some tests make programs. */
const isExecutable = (): boolean =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .some((line) => / \/dev\/shm tmpfs \S*/.test(line) && !/\bnoexec\b/.test(line));

const isRoomy = (): boolean => {
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(bavail * bsize, freemem()) >= wantedBytes;
};

/**
 * For globalSetup, before anything else: puts the temporary files of this run and of all that it
 * starts into memory where Linux has a folder for that, unless TMPDIR says where they are to be.
 *
 * Making a database means a few hundred small files: on ext4 that took 30 to 350 ms of a core, the
 * more the busier the machine was, in memory 10 to 30.
 */
export const useMemoryForTemporaryFiles = (): void => {
  if (process.env['TMPDIR'] !== undefined || !existsSync(folder)) return;
  if (isExecutable() && isRoomy()) process.env['TMPDIR'] = folder;
};
