/*
 * The one road: what a service reports is a fact in the ledger, a message on the topic and a number
 * in the read models, the same whichever way the read models are fed.
 */
import { join } from 'node:path';
import { importVerb } from '../../scripts/import';
import { RelayStatus } from '../../src/modules/relay/relay-status';
import { leadingTo, runVerb } from '../integration/run-verb';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Client } from '../harness/client';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { proveLedger } from '../harness/ledger-proof';

const log = join(__dirname, '../fixtures/legacy/roi-log.json');
const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };

interface Page {
  readonly position: string;
  readonly rows: readonly Record<string, unknown>[];
}

/** An afternoon of the content pipeline; returns the position of its last fact. */
const afternoon = async (client: Client): Promise<string> => {
  let minute = 0;
  let position = '0';
  const does = async (name: string, fields: object): Promise<void> => {
    minute += 1;
    const occurredAt = new Date(Date.UTC(2026, 0, 8, 14, minute)).toISOString();
    const { status, body } = await client.command(name, { ...fields, occurredAt });
    expect([name, fields, status]).toEqual([name, fields, 200]);
    ({ position } = body);
  };
  const calls = (executionId: string, agent: string, costUsd?: number): Promise<void> =>
    does('record-llm-call', {
      executionId,
      agent,
      model: 'gpt-4o',
      inputTokens: 4_000 + minute,
      cachedInputTokens: 1_000,
      outputTokens: 900,
      durationSeconds: minute / 8,
      ...(costUsd === undefined ? {} : { costUsd }),
    });
  const stage = async (executionId: string, name: string, agent?: string): Promise<void> => {
    await does('start-stage', { executionId, stage: name, agent });
    if (agent !== undefined) await calls(executionId, agent, 0.0123456);
    await does('complete-stage', { executionId, stage: name });
  };

  const executionId = 'ledgers';
  await does('queue-execution', { executionId, topic: 'Ledgers' });
  await does('start-execution', {
    executionId,
    topic: 'Why ledgers outlive dashboards',
    agent: 'planner',
  });
  await stage(executionId, 'discover_topics', 'research');
  await stage(executionId, 'editorial_review', 'editor');
  for (const score of [7.5, 8]) {
    await does('start-stage', { executionId, stage: 'generate_content', agent: 'writer' });
    for (const step of ['research', 'write', 'graphics']) await stage(executionId, step, step);
    await does('complete-stage', { executionId, stage: 'generate_content' });
    await stage(executionId, 'quality_gate', 'editor');
    await does('score-quality', { executionId, score, gates });
  }
  await does('publish-article', { executionId, url: 'https://example.org/ledgers' });
  await does('complete-execution', { executionId });
  await calls(executionId, 'graphics'); // reported late, and without a price

  await does('start-execution', { executionId: 'fork', forkedFrom: executionId });
  await does('start-stage', { executionId: 'fork', stage: 'discover_topics' });
  const failure = { stage: 'discover_topics', error: 'no sources', retryable: false };
  await does('fail-stage', { executionId: 'fork', ...failure });
  await does('fail-execution', { executionId: 'fork', reason: 'no sources' });
  await does('start-execution', { executionId: 'dropped' });
  await does('pause-execution', { executionId: 'dropped' });
  await does('cancel-execution', { executionId: 'dropped', reason: 'no longer wanted' });
  return position;
};

/** The server waits 5 s for a position; who joins a group at Kafka may take longer. */
const page = (client: Client, name: string, position: string): Promise<Page> =>
  eventually(`${name} at ${position}`, async () => {
    const { status, body } = await client.get<Page>(
      `/v1/projections/${name}?minPosition=${position}&limit=1000`,
    );
    expect(status).toBe(200);
    return body;
  });

/** When the ledger heard of it is a matter of the ledger's clock: all else has to be the same. */
const comparable = ({ rows }: Page): unknown[] =>
  rows.map(({ heardAt, ...row }) => [typeof heardAt, row]);

describeWithKafka('the path of a fact', (bootstrap) => {
  let topic: TestTopic;
  let byLedger: TestApp;
  let byKafka: TestApp;
  let end: string;

  beforeAll(async () => {
    topic = topicOn(bootstrap);
    [byLedger, byKafka] = await Promise.all([startApp(), startApp({ env: topic.env })]);
    for (const app of [byLedger, byKafka]) {
      const { status, err } = await runVerb(importVerb, [log], leadingTo(app));
      expect([status, err]).toEqual([0, expect.any(String)]);
      end = await afternoon(app.client);
    }
  });
  afterAll(async () => {
    await Promise.all([byLedger.stop(), byKafka.stop()]);
    await topic.delete();
  });

  test('the ledger is whole', async () => {
    for (const { database } of [byLedger, byKafka]) {
      expect(await proveLedger(database)).toMatchObject({ events: Number(end) });
    }
  });

  test.each(['execution-status', 'roi-totals'])('%s is the same by either feed', async (name) => {
    const [ledger, kafka] = [
      await page(byLedger.client, name, end),
      await page(byKafka.client, name, end),
    ];
    expect(ledger.rows.length).toBeGreaterThan(3);
    expect(comparable(kafka)).toEqual(comparable(ledger));
    expect(Number(kafka.position)).toBeGreaterThanOrEqual(Number(end));
  });

  test('an execution is told whole', async () => {
    for (const { client } of [byLedger, byKafka]) {
      const { body } = await client.get(
        `/v1/projections/execution-status/ledgers?minPosition=${end}`,
      );
      expect(body).toMatchObject({
        row: {
          status: 'completed',
          topic: 'Why ledgers outlive dashboards',
          revisions: 1,
          score: 8,
          decision: 'publish',
          url: 'https://example.org/ledgers',
          calls: 11,
          unpricedCalls: 1,
          costNanoUsd: '123456000',
          stages: {
            discover_topics: { outcome: 'completed', attempts: 1 },
            generate_content: { outcome: 'completed', attempts: 2 },
            write: { outcome: 'completed', attempts: 2 },
            quality_gate: { outcome: 'completed', attempts: 2 },
          },
        },
      });
    }
  });

  test('the money of the read models is that of the commands, to the last digit', async () => {
    for (const { client } of [byLedger, byKafka]) {
      const { rows } = await page(client, 'roi-totals', end);
      const cost = rows.reduce((sum, row) => sum + BigInt(String(row['costNanoUsd'])), 0n);
      const imported = 42_010_000n;
      expect(cost).toBe(imported + 10n * 12_345_600n);
    }
  });

  test('the topic holds every event of its ledger once', async () => {
    // What the topic is slow to bring, read models have from the ledger.
    await eventually('the relay at the end of the ledger', async () => {
      const standing = await byKafka.get(RelayStatus).read();
      return standing?.lagEvents === 0;
    });
    const onTopic = (await topic.messages()).map(({ headers }) => String(headers?.['ce_id']));
    const recorded = await byKafka.database.sql<{ id: string }>(
      'select event_id::text as id from ledger.events',
    );
    expect(onTopic.sort()).toEqual(recorded.map(({ id }) => id).sort());
  });

  test('running the import again changes nothing, by either feed', async () => {
    for (const app of [byLedger, byKafka]) {
      const { status } = await runVerb(importVerb, [log], leadingTo(app));
      expect(status).toBe(0);
      expect(await proveLedger(app.database)).toMatchObject({ events: Number(end) });
    }
  });
});
