/* Two servers on one database and one topic, and what may become of them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import type { Chance } from '../harness/seed';
import { Home } from '../faults/home';
import type { Misfortune } from './misfortune';

export const keys = {
  service: 'service-key-of-the-soak-test-001',
  operator: 'operator-key-of-the-soak-test-01',
} as const;

const severSql = `
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()`;

/** Why a server does not start where PostgreSQL is away, or goes away meanwhile. */
const withoutDatabase = /the database|Connection terminated|ECONNRESET/;

class Seat {
  /** Where it can be asked; null while it cannot. */
  url: string | null = null;
  process!: ServerProcess;

  constructor(
    readonly home: Home,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** As a process manager does it: one that finds no database ends, and is started again. */
  async start(): Promise<void> {
    while (this.url === null) {
      this.process = startServer({ ...this.env, FLOWLEDGER_HOME: this.home.path });
      this.url = await this.process.ready.catch((error: unknown) => {
        if (withoutDatabase.test((error as Error).message)) return null;
        throw error;
      });
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.url = null;
    const { code } = await this.process.kill(signal);
    if (signal === 'SIGTERM' && code !== 0) throw new Error(this.process.output.stderr);
  }
}

export class TwoServers {
  private constructor(
    private readonly database: TestDatabase,
    private readonly seats: readonly [Seat, Seat],
  ) {}

  /** @param env of both, besides the database and keys. */
  static async start(
    database: TestDatabase,
    env: Readonly<Record<string, string>>,
  ): Promise<TwoServers> {
    const common = {
      ...env,
      FLOWLEDGER_KEYS: `service:soak:${keys.service},operator:soak:${keys.operator}`,
      FLOWLEDGER_ALERT_SECONDS: '3600', // an alert would be an event more than what is asked for
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
    };
    const seats = [
      new Seat(await Home.make(), common),
      new Seat(await Home.make(), common),
    ] as const;
    await Promise.all(seats.map((seat) => seat.start()));
    return new TwoServers(database, seats);
  }

  /** Those that can be asked now. */
  get urls(): string[] {
    return this.seats.map(({ url }) => url).filter((url) => url !== null);
  }

  /** @throws Error for one that ended by itself. */
  async expectAlive(): Promise<void> {
    for (const { process } of this.seats) {
      const ended = await Promise.race([process.exit, pause(10, null)]);
      if (ended !== null)
        throw new Error(`ended ${JSON.stringify(ended)}: ${process.output.stderr}`);
    }
  }

  /** Resolves once each serves by itself. */
  async expectReady(): Promise<void> {
    const isReady = async (url: string): Promise<boolean> =>
      (await fetch(`${url}/health/ready`)).status === 200;
    const patience = { within: 120_000, every: 100 };
    await Promise.all(
      this.urls.map((url) => eventually(`${url} is ready`, () => isReady(url), patience)),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.seats.map((seat) => seat.end('SIGTERM')));
  }

  async remove(): Promise<void> {
    await Promise.all(this.seats.map(({ home }) => home.remove()));
  }

  misfortunes(chance: Chance): Misfortune[] {
    const seat = chance.oneOf(this.seats);
    const which = String(this.seats.indexOf(seat));
    const again = async (signal: NodeJS.Signals): Promise<void> => {
      await seat.end(signal);
      await pause(chance.between(0, 3_000));
      await seat.start();
    };
    return [
      { name: `server ${which} is killed`, strike: () => again('SIGKILL') },
      { name: `server ${which} is stopped`, strike: () => again('SIGTERM') },
      { name: 'both are killed', strike: () => this.killBoth() },
      { name: 'all connections are cut', strike: () => this.sever() },
      { name: `server ${which} stands still`, strike: () => this.freeze(seat, chance, false) },
      {
        name: `server ${which} stands still, and its offices go to the other`,
        strike: () => this.freeze(seat, chance, true),
      },
    ];
  }

  private async killBoth(): Promise<void> {
    await Promise.all(this.seats.map((seat) => seat.end('SIGKILL')));
    await Promise.all(this.seats.map((seat) => seat.start()));
  }

  private async sever(): Promise<void> {
    await this.database.sql(severSql).catch(() => undefined); // it may be away itself
  }

  /** As a machine that is paused: it goes on later as if nothing had been. */
  private async freeze(seat: Seat, chance: Chance, losesConnections: boolean): Promise<void> {
    process.kill(seat.process.pid, 'SIGSTOP');
    await pause(chance.between(0, 500));
    if (losesConnections) await this.sever();
    await pause(chance.between(0, 7_000));
    process.kill(seat.process.pid, 'SIGCONT');
  }
}
