/*
 * Everything at once: clients at work and an operator who deploys, rolls back, reinstates, rebuilds and
 * replays, while servers are killed, stand still and are cut off. At the end nothing is lost, nothing is
 * left half done, and all of it is proven. `npm run soak`; it is no part of `npm test`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import { killServers } from '../harness/process';
import { schemasOf } from '../harness/rebuilds';
import { chanceOf, seedOf } from '../harness/seed';
import { acknowledgementFaults, ledgerFaults, readLedger } from '../faults/ledger-rows';
import { Load } from '../faults/load';
import { foldedFrom, readTogether } from '../faults/read-models';
import { RandomOperator } from './random-operator';
import { TwoServers, keys } from './two-servers';

const rounds = Number(process.env['SOAK']);
const seed = seedOf(`everything at once, ${String(rounds)} rounds`);

jest.setTimeout(900_000 + rounds * 120_000);

/** What clients are told of work whose deployment is taken back under them, and whatever follows from it. */
const consequence = new RegExp(
  `"code":"(${[
    ...['deployment-rolling-back', 'work-voided'],
    ...['stream-unknown', 'stage-out-of-order', 'execution-ended'],
  ].join('|')})"`,
);

const say = (text: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
};

describeWithKafka('everything at once', (bootstrap) => {
  let database: TestDatabase;
  let servers: TwoServers;
  let load: Load | undefined;

  beforeEach(async () => {
    database = await freshDatabase();
  });

  afterEach(async () => {
    await Promise.all([load?.abandon(), killServers()]);
    await servers.remove();
    await database.drop();
  });

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
    const topic = topicOn(bootstrap);
    servers = await TwoServers.start(database, topic.env);
    const urls = (): string[] => servers.urls;
    load = new Load({ seed, key: keys.service, urls, clients: 6, bulkClients: 1 });
    const operator = new RandomOperator(urls, chanceOf(seed + 1), topic.name);
    const over = new AbortController();
    const work = operator.work(over.signal);
    work.catch(() => undefined); // awaited below
    const chance = chanceOf(seed);
    for (let round = 1; round <= rounds; round += 1) {
      await load.acknowledges(chance.between(50, 600));
      await pause(chance.between(0, 4_000)); // the moment, not a wait
      const { name, strike } = servers.misfortune(chance);
      say(
        `${String(round)} of ${String(rounds)}: ${name}; ${String(load.acknowledged.size)} acknowledged`,
      );
      await strike();
      await servers.expectAlive();
    }
    over.abort();
    await work;
    await load.acknowledges(100);
    await load.finish();
    await operator.conclude();

    const excused = (finding: string): boolean => consequence.test(finding);
    expect(load.findings.filter((finding) => !excused(finding))).toEqual([]);
    expect(operator.findings).toEqual([]);
    expect(await operator.failedRollbacks()).toEqual([]);
    const { ledger, models } = await readTogether(database.ownerUrl);
    expect(ledgerFaults(ledger)).toEqual([]);
    expect(acknowledgementFaults(ledger, load.acknowledged)).toEqual([]);
    expect(models).toEqual(foldedFrom(ledger));
    await expectTidy();
    await eventually(
      'a proof that holds',
      async () => {
        const proof = await operator.get<{ holds: boolean }>('/v1/verify');
        if (!proof.holds) throw new Error(JSON.stringify(proof));
        return true;
      },
      { within: 180_000, every: 2_000 },
    );
    const { head } = await readLedger(database.ownerUrl);
    const positions = await topic.messages();
    const sent = new Set(positions.map(({ headers }) => Number(headers?.['ce_position'])));
    expect(sent.size).toBeGreaterThanOrEqual(Number(ledger.head.position));
    expect(sent.size).toBeLessThanOrEqual(Number(head.position));
    await servers.stop();
  });
});
