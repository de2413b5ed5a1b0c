import { execFile } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries } from '../../src/modules/database/embedded/binaries';
import { median } from './figures';
import { projectFolder } from './places';

const run = promisify(execFile);

/** What the figures were taken on, and of. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  readonly postgres: string;
  /** Of the code, with `+` where files differ from it; null outside a repository. */
  readonly commit: string | null;
  readonly date: string;
  /** Milliseconds that this disk takes to make 8 KiB durable: what every commit waits for at least. */
  readonly syncMilliseconds: number;
  /** Whether the data was in memory only, which makes durability free and the figures worthless. */
  readonly inMemory: boolean;
}

const tmpfs = 0x01021994; // linux/magic.h

const syncMilliseconds = (folder: string): number => {
  const file = openSync(join(folder, 'sync'), 'w');
  const page = Buffer.alloc(8192, 1);
  const times = Array.from({ length: 100 }, () => {
    const started = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    return performance.now() - started;
  });
  closeSync(file);
  return median(times);
};

const commitOf = async (): Promise<string | null> => {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: projectFolder })).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short', 'HEAD');
    return (await git('status', '--porcelain')) === '' ? commit : `${commit}+`;
  } catch {
    return null;
  }
};

const postgresVersion = async (): Promise<string> => {
  const { postgres } = await findBinaries();
  const { stdout } = await run(postgres, ['--version']);
  return /[\d.]+/.exec(stdout)?.[0] ?? stdout.trim();
};

/** Describes the machine; `folder` is where the data of the bench is. */
export const describeMachine = async (folder: string): Promise<Machine> => ({
  cores: cpus().length,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
  postgres: await postgresVersion(),
  commit: await commitOf(),
  date: new Date().toISOString(),
  syncMilliseconds: syncMilliseconds(folder),
  inMemory: statfsSync(folder).type === tmpfs,
});
