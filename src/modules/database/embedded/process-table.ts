import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { basename } from 'node:path';
import { promisify } from 'node:util';

/** Whether some process has this id; it may be anyone's, ids are used again. */
export const isTaken = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
};

/** Whether the process is a postmaster, and the one of this data directory (a real path). */
export const isPostmasterOf = async (dataDir: string, pid: number): Promise<boolean> => {
  if (platform() !== 'linux') return (await commandLine(pid)).includes(`-D ${dataDir} `);
  const title = await titleOf(pid);
  // A server works in its data directory; a zombie or a stranger does not.
  return basename(title) === 'postgres' && (await folderOf(pid)) === dataDir;
};

/**
 * The ids of server processes of this data directory (a real path) other than its postmaster.
 * Only Linux tells the folder of a process: elsewhere the answer is empty.
 */
export const backendsOf = async (dataDir: string): Promise<number[]> => {
  if (platform() !== 'linux') return [];
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const found: number[] = [];
  for (const pid of pids) {
    if ((await folderOf(pid)) !== dataDir) continue;
    if ((await titleOf(pid)).startsWith('postgres: ')) found.push(pid);
  }
  return found;
};

const folderOf = (pid: number): Promise<string> => readlink(`/proc/${pid}/cwd`).catch(() => '');

async function titleOf(pid: number): Promise<string> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0', 1)[0] ?? '';
}

async function commandLine(pid: number): Promise<string> {
  const args = ['-ww', '-o', 'command=', '-p', String(pid)];
  return promisify(execFile)('ps', args).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
