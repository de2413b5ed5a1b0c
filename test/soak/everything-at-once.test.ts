/*
 * Everything at once: clients at work and an operator who deploys, rolls back, reinstates, rebuilds and
 * replays, while servers, PostgreSQL and the broker are killed, stand still and are cut off. At the end
 * nothing is lost, nothing is left half done, and all of it is proven. `npm run soak`; it is no part of
 * `npm test`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../harness/eventually';
import { describeWithOwnBrokers } from '../harness/kafka-broker';
import { firstPositions, topicOn } from '../harness/kafka-topic';
import { killServers } from '../harness/process';
import { schemasOf } from '../harness/rebuilds';
import { chanceOf, seedOf } from '../harness/seed';
import type { Chance } from '../harness/seed';
import { acknowledgementFaults, ledgerFaults, readLedger } from '../faults/ledger-rows';
import { Load } from '../faults/load';
import { foldedFrom, readTogether } from '../faults/read-models';
import type { Misfortune } from './misfortune';
import { OwnBroker } from './own-broker';
import { OwnPostgres } from './own-postgres';
import { RandomOperator } from './random-operator';
import { TwoServers, keys } from './two-servers';

const rounds = Number(process.env['SOAK']);
const seed = seedOf(`everything at once, ${String(rounds)} rounds`);

jest.setTimeout(900_000 + rounds * 120_000);

/** What clients are told of work whose deployment is taken back under them, and whatever follows from it. */
const consequence = new RegExp(
  `"code":"(${[
    'deployment-rolling-back',
    'work-voided',
    'stream-unknown',
    'stage-out-of-order',
    'execution-ended',
  ].join('|')})"`,
);

const say = (text: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
};

describeWithOwnBrokers('everything at once', () => {
  let database: OwnPostgres;
  let broker: OwnBroker;
  let servers: TwoServers;
  let load: Load | undefined;

  beforeEach(async () => {
    [database, broker] = await Promise.all([OwnPostgres.start(), OwnBroker.start()]);
  });

  afterEach(async () => {
    await Promise.all([load?.abandon(), killServers()]);
    await Promise.all([servers.remove(), database.drop(), broker.stop()]);
  });

  /** One, or now and then one beside another: of the servers, of PostgreSQL or of the broker. */
  const misfortunes = (chance: Chance): Misfortune[] => {
    const ofEach = [servers, database, broker].map((one) => {
      const own = chanceOf(chance.between(0, 2 ** 31)); // two at once do not draw from one
      return own.oneOf(one.misfortunes(own));
    });
    const spared = chance.oneOf(ofEach);
    return chance.next() < 0.3 ? ofEach.filter((one) => one !== spared) : [spared];
  };

  /** One live generation of each read model, and nothing of what was built for nothing. */
  const expectTidy = async (): Promise<void> => {
    const all = await database.sql<{ id: string; projection: string; state: string }>(
      'select id, projection, state from ops.generations',
    );
    const live = all.filter(({ state }) => state === 'live').map(({ projection }) => projection);
    expect(new Set(live).size).toBe(live.length);
    expect(new Set(all.map(({ projection }) => projection))).toEqual(new Set(live));
    expect(all.filter(({ state }) => state !== 'live' && state !== 'warm')).toEqual([]);
    const ids = all.map(({ id }) => id);
    expect((await schemasOf(database)).filter((name) => !ids.includes(name))).toEqual([]);
  };

  it('loses nothing, and leaves nothing half done', async () => {
    const chance = chanceOf(seed);
    const topic = topicOn(broker.bootstrap);
    const feed = chance.oneOf(['kafka', 'ledger']);
    say(`read models are fed by ${feed}`);
    servers = await TwoServers.start(database, { ...topic.env, FLOWLEDGER_FEED: feed });
    const urls = (): string[] => servers.urls;
    load = new Load({ seed, key: keys.service, urls, clients: 6, bulkClients: 1 });
    const operator = new RandomOperator(urls, chanceOf(seed + 1), topic.name);
    const over = new AbortController();
    const work = operator.work(over.signal);
    work.catch(() => undefined); // awaited below
    for (let round = 1; round <= rounds; round += 1) {
      await load.acknowledges(chance.between(50, 600));
      await pause(chance.between(0, 4_000)); // the moment, not a wait
      const struck = misfortunes(chance);
      say(
        `${String(round)} of ${String(rounds)}: ${struck.map(({ name }) => name).join(', and ')}; ` +
          `${String(load.acknowledged.size)} acknowledged`,
      );
      await Promise.all(struck.map(({ strike }) => strike()));
      await servers.expectAlive();
      await servers.expectReady();
    }
    over.abort();
    await work;
    await load.acknowledges(100);
    await load.finish();
    await operator.conclude();

    const excused = (finding: string): boolean => consequence.test(finding);
    expect(load.findings.filter((finding) => !excused(finding))).toEqual([]);
    expect(operator.findings).toEqual([]);
    expect(await operator.failures()).toEqual([]);
    // What is renewed for a reinstatement is begun a moment later: until then this does not hold.
    await eventually(
      'a proof that holds',
      async () => {
        const proof = await operator.get<{ holds: boolean }>('/v1/verify');
        if (!proof.holds) throw new Error(JSON.stringify(proof));
        return true;
      },
      { within: 180_000, every: 2_000 },
    );
    const { ledger, models } = await readTogether(database.ownerUrl);
    expect(ledgerFaults(ledger)).toEqual([]);
    expect(acknowledgementFaults(ledger, load.acknowledged)).toEqual([]);
    expect(models).toEqual(foldedFrom(ledger));
    await expectTidy();
    const { head } = await readLedger(database.ownerUrl);
    const sent = firstPositions(await topic.messages());
    for (const positions of sent) expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(sent.flat().length).toBeGreaterThanOrEqual(Number(ledger.head.position));
    expect(sent.flat().length).toBeLessThanOrEqual(Number(head.position));
    await servers.stop();
  });
});
