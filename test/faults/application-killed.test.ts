import { setTimeout as pause } from 'node:timers/promises';
import { killServers, startServer } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Home } from './home';
import { Load } from './load';
import { expectAllExact, expectNothingLost } from './verdict';

jest.setTimeout(600_000);

const rounds = 4;
const seed = seedOf('application killed');
let home: Home;
let load: Load | undefined;

beforeEach(async () => {
  home = await Home.make();
});

afterEach(async () => {
  await Promise.all([load?.abandon(), killServers()]);
  await home.remove();
});

describe('the application killed by SIGKILL under load', () => {
  it('has lost nothing it acknowledged and doubled nothing, whenever it was', async () => {
    const chance = chanceOf(seed);
    const env = { FLOWLEDGER_HOME: home.path };
    let server = startServer(env);
    let url: string | null = await server.ready;
    const keys = await home.text('keys.json');
    const { service } = JSON.parse(keys) as { service: string };
    load = new Load({ seed, key: service, urls: () => (url === null ? [] : [url]) });

    // Until some request was cut off: all that is under way may have been answered just before.
    for (let round = 0; round < rounds || load.unanswered.cutOff === 0; round += 1) {
      await load.acknowledges(chance.between(1, 1_500));
      await pause(chance.between(0, 20)); // the moment, not a wait: anywhere within a commit
      url = null;
      await server.kill();
      const leftover = await home.postmaster();
      await expectNothingLost(await home.databaseUrl(), load);

      server = startServer(env);
      url = await server.ready;
      expect(leftover).toBeDefined();
      expect(await home.postmaster()).not.toBe(leftover);
      expect(await home.text('keys.json')).toBe(keys);
    }

    await load.acknowledges(500);
    await load.finish();
    await expectAllExact(await home.databaseUrl(), load);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
