import { setTimeout as pause } from 'node:timers/promises';
import { clearLeftovers } from './leftovers';
import { Postmaster } from './postmaster';
import { causeOf } from './start-error';
import type { Cluster } from './postmaster';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;

/**
 * Keeps a server running on one port until it is told to stop.
 *
 * ```
 * running --ended by itself--> restarting --ready--> running
 *    \                             |  ^-- not ready: wait longer, again
 *     \----------- stop -----------+---------------> stopped
 * ```
 */
export class Supervisor {
  readonly #stopping = new AbortController();
  readonly #watch: Promise<void>;

  constructor(
    private readonly cluster: Cluster,
    private readonly port: number,
    private current: Postmaster,
    private readonly log: (line: string) => void,
  ) {
    this.#watch = this.watch();
  }

  get pid(): number {
    return this.current.pid;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.current.stop();
    await this.#watch;
  }

  private isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  private async watch(): Promise<void> {
    for (;;) {
      const end = await this.current.ended;
      if (this.isStopping()) return;
      this.log(`PostgreSQL (pid ${this.pid}) ended by itself (${end}): restarting it`);
      await this.restart();
    }
  }

  private async restart(): Promise<void> {
    for (let delay = FIRST_DELAY_MS; !this.isStopping(); delay = longer(delay)) {
      try {
        await this.attempt();
        return;
      } catch (error) {
        if (this.isStopping()) return;
        this.log(`PostgreSQL did not restart: ${causeOf(error)}; next attempt in ${delay} ms`);
      }
      // Rejects when stop() comes, which the loop then sees.
      await pause(delay, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  private async attempt(): Promise<void> {
    await clearLeftovers(this.cluster.data, this.log);
    const next = await Postmaster.spawn(this.cluster, this.port);
    this.current = next;
    // stop() came while there was nothing to stop.
    if (this.isStopping()) return next.stop();
    await next.ready();
    this.log(`PostgreSQL is back (pid ${next.pid}) on port ${this.port}`);
  }
}

const longer = (delay: number): number => Math.min(2 * delay, LONGEST_DELAY_MS);
