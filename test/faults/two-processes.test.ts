import { setTimeout as pause } from 'node:timers/promises';
import { offices } from '../../src/modules/database/election';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Home } from './home';
import { readLedger } from './ledger-rows';
import { Load } from './load';
import { readModelsAt } from './read-models';
import { expectAllExact, expectNothingLost } from './verdict';

jest.setTimeout(600_000);

const rounds = 3;
const seed = seedOf('two processes');
const key = 'service-key-of-the-fault-tests';
const seats = ['first', 'second'] as const;
let database: TestDatabase;
let homes: Home[];
let load: Load | undefined;

beforeEach(async () => {
  database = await freshDatabase();
  homes = await Promise.all(seats.map(() => Home.make()));
});

afterEach(async () => {
  await Promise.all([load?.abandon(), killServers()]);
  await Promise.all(homes.map((home) => home.remove()));
  await database.drop();
});

const start = (seat: number): ServerProcess =>
  startServer({
    FLOWLEDGER_HOME: homes[seat]!.path,
    FLOWLEDGER_KEYS: `service:tests:${key}`,
    // A third of the executions fail: for long enough, that is an alert, and a word on standard error.
    FLOWLEDGER_ALERT_SECONDS: '3600',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
  });

const heldSql = `
select (l.classid::bigint << 32 | l.objid::bigint)::text as office
from pg_locks l join pg_database d on d.oid = l.database
where l.locktype = 'advisory' and l.granted and d.datname = current_database()`;

const isHeld = async (office: number): Promise<boolean> => {
  const held = await database.sql<{ office: string }>(heldSql);
  return held.some((one) => one.office === String(office));
};

describe('two servers on one database, one of them killed under load', () => {
  it('lose nothing and double nothing, and the other takes over', async () => {
    const chance = chanceOf(seed);
    const servers = seats.map((_, seat) => start(seat));
    const urls = await Promise.all(servers.map(({ ready }) => ready));
    let reachable = urls;
    load = new Load({ seed, key, urls: () => reachable });

    // Until some request was cut off: all that is under way may have been answered just before.
    for (let round = 0; round < rounds || load.unanswered.cutOff === 0; round += 1) {
      await load.acknowledges(chance.between(100, 1_000));
      await pause(chance.between(0, 20)); // the moment, not a wait: anywhere within a commit
      const seat = round % seats.length; // in turn, so that holders of an office are hit for sure
      reachable = urls.filter((_, index) => index !== seat);
      await servers[seat]!.kill('SIGKILL');
      await expectNothingLost(database.ownerUrl, load);

      await load.acknowledges(200);
      const ledger = await readLedger(database.ownerUrl);
      await readModelsAt(database.ownerUrl, ledger); // by the one that is left
      await eventually('a sweeper', () => isHeld(offices.sweeper));
      servers[seat] = start(seat);
      urls[seat] = await servers[seat].ready;
      reachable = urls;
    }

    await load.acknowledges(200);
    await load.finish();
    await expectAllExact(database.ownerUrl, load);
    for (const server of servers) {
      expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(server.output.stderr).toBe('');
    }
  });
});
