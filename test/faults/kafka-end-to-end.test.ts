import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TopicMessage } from '../harness/kafka-topic';
import { killServers, startServer } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Home } from './home';
import { readLedger } from './ledger-rows';
import { Load } from './load';
import { expectAllExact, expectNothingLost } from './verdict';

jest.setTimeout(600_000);

const rounds = 3;
const seed = seedOf('Kafka end to end');

/** What a message says it is, as the ledger's row says it. */
const told = ({ headers = {}, key, value }: TopicMessage) => ({
  position: String(headers['ce_position']),
  stream: String(key),
  version: Number(headers['ce_streamversion']),
  event_id: String(headers['ce_id']),
  type: String(headers['ce_type']),
  data: String(value),
});

describeWithKafka('the only server killed by SIGKILL under load, over Kafka', (bootstrap) => {
  let home: Home;
  let load: Load | undefined;

  beforeEach(async () => {
    home = await Home.make();
  });

  afterEach(async () => {
    await Promise.all([load?.abandon(), killServers()]);
    await home.remove();
  });

  it('ends with every event on the topic in order, and exact read models', async () => {
    const chance = chanceOf(seed);
    const topic = topicOn(bootstrap);
    // A third of the executions fail: for long enough, that is an alert, and a word on standard error.
    const quiet = { FLOWLEDGER_ALERT_SECONDS: '3600' };
    const env = { FLOWLEDGER_HOME: home.path, ...topic.env, ...quiet };
    let server = startServer(env);
    let urls = [await server.ready];
    const { service: key } = await home.json<{ service: string }>('keys.json');
    load = new Load({ seed, key, urls: () => urls });
    for (let round = 0; round < rounds; round += 1) {
      await load.acknowledges(chance.between(1, 1_000));
      await pause(chance.between(0, 20)); // the moment, not a wait: anywhere within a send
      urls = [];
      await server.kill();
      await expectNothingLost(await home.databaseUrl(), load);
      server = startServer(env);
      urls = [await server.ready];
    }
    await load.acknowledges(300);
    await load.finish();
    const url = await home.databaseUrl();
    await expectAllExact(url, load);

    const { events } = await readLedger(url);
    const messages = await eventually('all of it on the topic', async () => {
      const all = await topic.messages();
      const positions = new Set(all.map((message) => told(message).position));
      return positions.size >= events.length && all;
    });
    const first = new Map<string, ReturnType<typeof told>>();
    const reached = new Map<number, number>();
    const overtaken: string[] = [];
    for (const message of messages) {
      const event = told(message);
      if (first.has(event.position)) continue;
      first.set(event.position, event);
      const before = reached.get(message.partition) ?? 0;
      if (Number(event.position) < before) overtaken.push(event.position);
      reached.set(message.partition, Number(event.position));
    }
    expect(overtaken).toEqual([]);
    expect(events.map(({ position }) => first.get(position))).toEqual(
      events.map(({ position, stream, version, event_id, type, data }) => ({
        position,
        stream,
        version,
        event_id,
        type,
        data,
      })),
    );
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(server.output.stderr).toBe('');
  });
});
