import { Client as Connection } from 'pg';
import { clientOf } from '../harness/client';
import type { Client } from '../harness/client';
import { eventually } from '../harness/eventually';
import { query } from '../harness/postgres';
import { operatorOf } from '../harness/rebuilds';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Home } from './home';
import { Load } from './load';
import { expectAllExact, expectNothingLost } from './verdict';

jest.setTimeout(600_000);

const seed = seedOf('rebuild killed');
const names = ['roi-totals', 'execution-status', 'roi-executions'];
const patience = { within: 150_000, every: 10 }; // a rebuild takes a minute where others work beside it

/** Whoever would end the step that is held waits for whoever has this advisory lock. */
const holdLock = 1_126;
const holdSql = (step: string): string => `
create function ops.hold() returns trigger language plpgsql as $$
begin perform pg_advisory_xact_lock_shared(${String(holdLock)}); return new; end $$;
create trigger hold before update on ops.rebuild_steps for each row
  when (new.step = '${step}' and new.ended_at is not null) execute function ops.hold()`;

let home: Home;
let load: Load | undefined;
let holder: Connection | undefined;

beforeEach(async () => {
  home = await Home.make();
});

afterEach(async () => {
  await holder?.end();
  await Promise.all([load?.abandon(), killServers()]);
  await home.remove();
});

describe('a rebuild while commands go on', () => {
  let server: ServerProcess;
  let url: string | null;
  let client: Client;
  let operator: string;

  const start = async (): Promise<void> => {
    server = startServer({ FLOWLEDGER_HOME: home.path });
    url = await server.ready;
    const keys = JSON.parse(await home.text('keys.json')) as { service: string; operator: string };
    operator = keys.operator;
    client = clientOf(url, keys.service);
  };

  /** Lets no rebuild get beyond a step, until PostgreSQL ends. */
  const hold = async (step: string): Promise<void> => {
    holder = new Connection({ connectionString: await home.databaseUrl() });
    holder.on('error', () => undefined); // PostgreSQL ends before it does
    await holder.connect();
    await holder.query(holdSql(step));
    await holder.query('select pg_advisory_lock($1)', [holdLock]);
  };

  /** Starts a rebuild under load, and waits until it has begun a step, which it does not end. */
  const rebuildTo = async (step: string): Promise<Load> => {
    await start();
    const chance = chanceOf(seed);
    const { service } = JSON.parse(await home.text('keys.json')) as { service: string };
    const work = new Load({
      seed,
      key: service,
      urls: () => (url === null ? [] : [url]),
      clients: 6,
    });
    load = work;
    await work.acknowledges(chance.between(800, 1_500));
    await hold(step);
    const begun = await client.command(
      'start-rebuild',
      { rebuildId: 'killed', projections: names, maxEventsPerSecond: 5_000 },
      { key: operator },
    );
    expect(begun.status).toBe(200);
    const database = await home.databaseUrl();
    await eventually(
      `step ${step}`,
      async () => {
        const rows = await query(
          database,
          'select from ops.rebuild_steps where rebuild = $1 and step = $2',
          ['killed', step],
        );
        return rows.length > 0;
      },
      patience,
    );
    return work;
  };

  /** It is live, once, and everything is exact. */
  const expectLive = async (work: Load): Promise<void> => {
    const { state } = await operatorOf(client, operator).reaches('killed', 'completed');
    expect(state).toBe('completed');
    await work.acknowledges(100);
    await work.finish();
    await expectAllExact(await home.databaseUrl(), work);
    const live = await query<{ projection: string; rebuild: string | null }>(
      await home.databaseUrl(),
      `select projection, rebuild from ops.generations where state = 'live' and projection = any ($1)`,
      [names],
    );
    expect(live.map(({ rebuild }) => rebuild)).toEqual(names.map(() => 'killed'));
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  };

  const kill = async (): Promise<void> => {
    url = null;
    await server.kill();
  };

  it.each(['create', 'bulk-fold', 'index', 'catch-up', 'join', 'verify', 'diff', 'cut-over'])(
    'goes on where it was when its process is killed at %s: nothing is lost, and one generation is live',
    async (step) => {
      const work = await rebuildTo(step);
      await kill();
      await expectNothingLost(await home.databaseUrl(), work);
      await start();
      await expectLive(work);
    },
  );

  it.each(['bulk-fold', 'cut-over'])(
    'goes on by itself when PostgreSQL is killed at %s',
    async (step) => {
      const work = await rebuildTo(step);
      const killed = await eventually('a postmaster', () => home.postmaster(), patience);
      process.kill(killed, 'SIGKILL');
      await eventually(
        'another postmaster',
        async () => {
          const next = await home.postmaster();
          return next !== undefined && next !== killed;
        },
        patience,
      );
      await expectLive(work);
    },
  );
});
