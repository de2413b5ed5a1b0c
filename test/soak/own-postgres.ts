/* A PostgreSQL that is killed, and started again on the same data and port. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/modules/database/embedded';
import { findBinaries } from '../../src/modules/database/embedded/binaries';
import { clearLeftovers } from '../../src/modules/database/embedded/leftovers';
import { serverUser } from '../../src/modules/database/embedded/os-user';
import { Postmaster } from '../../src/modules/database/embedded/postmaster';
import type { Cluster } from '../../src/modules/database/embedded/postmaster';
import { signal } from '../../src/modules/kafka/broker/broker-process';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { query } from '../harness/postgres';
import type { Chance } from '../harness/seed';
import { Home } from '../faults/home';
import type { Misfortune } from './misfortune';

const settings = {
  fsync: 'off', // processes are killed here, and no machine: what was written stays in its memory
  max_connections: '200', // for two servers, by docs/operations.md
};
const log = (): void => undefined;

/** Asked again: a process that was born as the others were killed may take a moment longer to go. */
const launch = (cluster: Cluster, port: number): Promise<Postmaster> =>
  eventually('PostgreSQL runs', async () => {
    await clearLeftovers(cluster.data, log);
    const postmaster = await Postmaster.spawn(cluster, port);
    await postmaster.ready();
    return postmaster;
  });

export class OwnPostgres implements TestDatabase {
  readonly sql: TestDatabase['sql'] = (text, values) => query(this.ownerUrl, text, values);

  private constructor(
    private readonly home: Home,
    private readonly cluster: Cluster,
    private readonly port: number,
    readonly url: string,
    readonly ownerUrl: string,
    private postmaster: Postmaster,
  ) {}

  /** With an empty database, on a port that it keeps. */
  static async start(): Promise<OwnPostgres> {
    const home = await Home.make();
    const embedded = await startEmbeddedPostgres({ home: home.path, settings, log });
    await embedded.stop(); // it would be started again at once, and not when the test says so
    const { ownerUrl, appUrl } = embedded;
    const data = join(home.path, 'postgres');
    const { postgres } = await findBinaries();
    const user = await serverUser(data);
    const cluster = { postgres, data, log: join(home.path, 'postgres.log'), user, settings };
    const port = Number(new URL(ownerUrl).port);
    const postmaster = await launch(cluster, port);
    return new OwnPostgres(home, cluster, port, appUrl, ownerUrl, postmaster);
  }

  async drop(): Promise<void> {
    await this.postmaster.stop();
    await this.home.remove();
  }

  misfortunes(chance: Chance): Misfortune[] {
    const again = async (end: () => Promise<void>): Promise<void> => {
      await end();
      await pause(chance.between(0, 10_000));
      this.postmaster = await launch(this.cluster, this.port);
    };
    return [
      { name: 'PostgreSQL is killed', strike: () => again(() => this.kill()) },
      { name: 'PostgreSQL is stopped at once', strike: () => again(() => this.stopAtOnce()) },
      { name: 'PostgreSQL stands still', strike: () => this.freeze(chance) },
    ];
  }

  /** As a power cut does: every process of it, and none has the time to say goodbye. */
  private async kill(): Promise<void> {
    await eventually('nothing of it runs', async () => (await this.toAll('SIGKILL')) === 0);
  }

  private async stopAtOnce(): Promise<void> {
    this.postmaster.signal('SIGQUIT');
    await this.postmaster.ended;
  }

  /** As on a disk that does not answer: what was under way goes on later as if nothing had been. */
  private async freeze(chance: Chance): Promise<void> {
    await this.toAll('SIGSTOP');
    await pause(chance.between(0, 10_000));
    await this.toAll('SIGCONT');
  }

  /** @returns how many there were. */
  private async toAll(name: NodeJS.Signals): Promise<number> {
    const pids = await this.home.postgresProcesses();
    for (const pid of pids) signal(pid, name);
    return pids.length;
  }
}
