/* Python of the machine, and programs that come as packages of Python: linters, PostgreSQL's own tools. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Missing } from './needing';

const requirements = join(__dirname, 'python-programs.txt');

const succeeds = (args: readonly string[]): boolean =>
  spawnSync('python3', args, { stdio: 'ignore' }).status === 0;

/** Whether there is a Python 3.9 or later. */
export const pythonMissing = (): Missing =>
  succeeds(['-c', 'import sys; sys.exit(sys.version_info < (3, 9))'])
    ? null
    : 'no python3 of version 3.9 or later is on the PATH';

const cacheFolder = (): string => {
  const { FLOWLEDGER_CACHE: own, XDG_CACHE_HOME: caches } = process.env;
  return own ? resolve(own) : resolve(caches ? caches : join(homedir(), '.cache'), 'flowledger');
};

/** Where the programs of python-programs.txt are once they were fetched: another list, another folder. */
export const pythonPrograms = (): string => {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  return join(cacheFolder(), `python-programs-${digest.slice(0, 12)}`);
};

/** Fetches the programs through pip unless they are there; tells why they cannot be had. */
export const pythonProgramsMissing = (): Missing => {
  const target = pythonPrograms();
  if (existsSync(target)) return null;
  const python = pythonMissing();
  if (python !== null) return python;
  if (!succeeds(['-m', 'pip', '--version'])) return 'python3 has no pip';
  mkdirSync(cacheFolder(), { recursive: true });
  const fetching = mkdtempSync(`${target}.fetching-`);
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const { status, stderr } = spawnSync(
    'python3',
    [...install, '--target', fetching, '--requirement', requirements],
    { encoding: 'utf8' },
  );
  try {
    if (status !== 0) return `pip could not fetch them: ${stderr.trim().split('\n').at(-1) ?? ''}`;
    renameSync(fetching, target);
    return null;
  } catch (error) {
    // Another suite was faster.
    if (existsSync(target)) return null;
    throw error;
  } finally {
    rmSync(fetching, { recursive: true, force: true });
  }
};
