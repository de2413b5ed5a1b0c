import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launchError } from './launch-error';
import { openLog } from './server-log';
import { serverArguments } from './settings';
import { causeOf } from './start-error';
import type { ServerSettings } from './settings';
import type { OsUser } from './os-user';
import type { ChildProcess } from 'node:child_process';

/** What every run of one server has in common. */
export interface Cluster {
  readonly postgres: string;
  readonly data: string;
  readonly log: string;
  readonly user: OsUser | undefined;
  readonly settings: ServerSettings;
}

const POLL_MS = 5;
const FAST_MS = 60_000;
const STATUS_LINE = 7; // of postmaster.pid, where pg_ctl reads it too

/** One run of the server process, from spawn to exit. */
export class Postmaster {
  /** Resolves with how it ended: an exit code or the name of a signal. */
  readonly ended: Promise<string>;
  #hasEnded = false;

  private constructor(
    private readonly cluster: Cluster,
    private readonly child: ChildProcess,
    private readonly logStart: number,
  ) {
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        if (child.pid === undefined) resolve(causeOf(error));
      });
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${String(code)}`));
    });
    // Also when our process ends without stop(), by process.exit or an uncaught exception.
    const onExit = () => this.signal('SIGINT');
    process.once('exit', onExit);
    void this.ended.then(() => {
      this.#hasEnded = true;
      process.removeListener('exit', onExit);
    });
  }

  /** Spawns the server; it is not ready yet. */
  static async spawn(cluster: Cluster, port: number): Promise<Postmaster> {
    const { handle, start } = await openLog(cluster.log);
    try {
      const child = spawn(cluster.postgres, serverArguments(cluster.data, port, cluster.settings), {
        cwd: '/',
        env: { LC_ALL: 'C', TZ: 'UTC' },
        // A session of its own: Ctrl-C in our terminal must not stop it while we still drain.
        detached: true,
        // A file, not a pipe: a server that outlives us can go on writing.
        stdio: ['ignore', handle.fd, handle.fd],
        ...cluster.user,
      });
      const postmaster = new Postmaster(cluster, child, start);
      child.unref();
      return postmaster;
    } finally {
      await handle.close();
    }
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /**
   * Resolves when the server accepts connections, however long its recovery takes.
   *
   * @throws LaunchError when it ends before.
   */
  async ready(): Promise<void> {
    const file = join(this.cluster.data, 'postmaster.pid');
    while (!this.#hasEnded) {
      const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
      if (Number(lines[0]) === this.pid && lines[STATUS_LINE]?.trim() === 'ready') return;
      await pause(POLL_MS);
    }
    throw await launchError(this.cluster.log, this.logStart, await this.ended);
  }

  /** Sends a signal; `SIGINT` is PostgreSQL's fast shutdown, `SIGQUIT` its immediate one. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Shuts down fast, after a minute at once; resolves when the process is gone. */
  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.child.ref();
    this.signal('SIGINT');
    const impatience = setTimeout(() => this.signal('SIGQUIT'), FAST_MS);
    await this.ended;
    clearTimeout(impatience);
  }
}
