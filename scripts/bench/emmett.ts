import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Context } from './context';
import { projectFolder } from './places';
import { createDatabase } from './postgres';
import type { Worker } from './worker';
import type { LedgerReads } from './workers/ledger-reads';

const run = promisify(execFile);

/** Its packages are no part of the project's own: the bench installs them into its folder. */
const installed = (context: Context): Promise<string> =>
  context.shared('emmett', async (whole) => {
    const folder = join(whole.folder, 'emmett');
    whole.say('installing emmett-postgresql');
    await cp(join(projectFolder, 'scripts', 'bench', 'emmett'), folder, { recursive: true });
    await run('npm', ['ci', '--omit', 'dev', '--no-audit'], { cwd: folder });
    return folder;
  });

interface Rebuilt {
  readonly events: number;
  readonly rows: number;
  readonly seconds: number;
}

/**
 * Has emmett-postgresql rebuild execution-status from some streams of the ledger, by Flowledger's own
 * folds; in a process and a database of its own.
 *
 * @throws Error where its packages cannot be had.
 */
export const rebuildByEmmett = async (
  context: Context,
  reads: Worker<LedgerReads>,
  streams: readonly string[],
  round: number,
): Promise<Rebuilt> => {
  const folder = await installed(context);
  const file = join(folder, `events-${String(round)}.jsonl`);
  await reads.call('write', { streams, file });
  const { ownerUrl } = await createDatabase(context, `emmett_${String(round)}`);
  const args = ['rebuild.mjs', ownerUrl, file, join(projectFolder, 'dist')];
  const { stdout } = await run(process.execPath, args, { cwd: folder });
  const rebuilt = JSON.parse(stdout) as Rebuilt;
  if (rebuilt.rows !== streams.length)
    throw new Error(`${String(rebuilt.rows)} of ${String(streams.length)} rows were rebuilt`);
  return rebuilt;
};
