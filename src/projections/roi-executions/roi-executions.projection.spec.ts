import fc from 'fast-check';
import { anyLedger } from '../../../test/harness/histories';
import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { roiExecutions } from './roi-executions.projection';

const projection = roiExecutions;

const fold = (events: readonly RecordedEvent[]): EntityRow =>
  events.reduce<EntityRow | undefined>(
    (row, event) => foldEntity(projection, row, event),
    undefined,
  )!;

const history = (...facts: (readonly [string, object])[]): RecordedEvent[] =>
  facts.map(
    ([type, data], index) =>
      ({
        type,
        data,
        position: BigInt(index + 1),
        version: index + 1,
        stream: 'execution-one',
        deploymentId: 'd7',
        occurredAt: `2026-01-08T22:00:0${String(index)}.000000Z`,
      }) as unknown as RecordedEvent,
  );

const started = ['ExecutionStarted', { flow: 'content', topic: null, agent: null }] as const;
const stage = (name: string, reopens: string[] = []) =>
  ['StageStarted', { stage: name, reopens }] as const;
const ended = (name: string) => ['StageCompleted', { stage: name }] as const;
const scored = (revisions: number) => ['QualityScored', { revisions }] as const;
const call = (nanoUsd: string | null) =>
  [
    'LlmCallRecorded',
    {
      inputTokens: 10,
      cachedInputTokens: 1,
      outputTokens: 5,
      reasoningTokens: 2,
      durationMs: 100,
      cost: nanoUsd === null ? { source: 'unpriced' } : { source: 'computed', nanoUsd },
    },
  ] as const;

const rowOf = (...facts: Parameters<typeof history>) => fold(history(...facts)).row;

test('a call belongs to the stage or step begun last that still runs, or to none', () => {
  const row = rowOf(
    ...[started, call('1'), stage('generate_content'), stage('research'), call('10')],
    ...[ended('research'), call('100'), ended('generate_content'), call('1000')],
  );
  expect(row['stageCosts']).toEqual([
    { stage: 'research', calls: 1, costNanoUsd: '10' },
    { stage: 'generate_content', calls: 1, costNanoUsd: '100' },
    { stage: null, calls: 2, costNanoUsd: '1001' },
  ]);
  const failed = ['StageFailed', { stage: 'research' }] as const;
  expect(rowOf(started, stage('research'), failed, call('1'))['stageCosts']).toEqual([
    { stage: null, calls: 1, costNanoUsd: '1' },
  ]);
});

test('what a revision cost is told apart from the first draft', () => {
  const row = rowOf(
    ...[started, stage('write'), call('7'), ended('write'), stage('quality_gate'), scored(1)],
    ...[stage('write', ['quality_gate']), call('3'), ended('write'), call('5')],
  );
  expect(row['revisionCosts']).toEqual([
    { revision: 0, calls: 1, costNanoUsd: '7' },
    { revision: 1, calls: 2, costNanoUsd: '8' },
  ]);
  expect(row['stageCosts']).toEqual([
    { stage: 'write', calls: 2, costNanoUsd: '10' },
    { stage: null, calls: 1, costNanoUsd: '5' },
  ]);
});

test.each([
  ['ExecutionCompleted', 'completed'],
  ['ExecutionFailed', 'failed'],
  ['ExecutionCancelled', 'cancelled'],
  ['ExecutionTerminated', 'terminated'],
  ['ExecutionTimedOut', 'timed_out'],
])('after %s an execution is %s, and has ended then', (type, status) => {
  const [startedAt, endedAt] = ['2026-01-08T22:00:00.000000Z', '2026-01-08T22:00:01.000000Z'];
  expect(rowOf(started, [type, {}])).toMatchObject({ status, startedAt, endedAt });
});

test.each([
  ['ExecutionWaitStarted', 'waiting'],
  ['ExecutionPaused', 'paused'],
])('after %s an execution is %s until it is resumed', (type, status) => {
  expect(rowOf(started, [type, {}])).toMatchObject({ status, endedAt: null });
  const resumed = ['ExecutionResumed', {}] as const;
  expect(rowOf(started, [type, {}], resumed)).toMatchObject({ status: 'running' });
});

test('an execution that waited is what its start says, since then', () => {
  const queued = ['ExecutionQueued', { flow: 'content', topic: null, agent: null }] as const;
  const waits = { executionId: 'one', deploymentId: 'd7', flow: 'content', published: false };
  expect(rowOf(queued)).toMatchObject({ ...waits, status: 'queued' });
  const [start, data] = [started[0], { flow: 'other', topic: 'bees', agent: 'writer' }];
  const startedAt = '2026-01-08T22:00:01.000000Z';
  expect(rowOf([start, data])).toMatchObject({ status: 'running', ...data });
  expect(rowOf(queued, [start, data])).toMatchObject({ status: 'running', startedAt, ...data });
});

test('an article was published when the fact says', () => {
  const publishedAt = '2026-01-08T22:00:01.000000Z';
  expect(rowOf(started, ['ArticlePublished', {}])).toMatchObject({ published: true, publishedAt });
});

test('calls add up by tokens, by time and by agents', () => {
  const [type, data] = call('1');
  const [writer, critic] = ['writer', 'critic'].map((agent) => [type, { ...data, agent }] as const);
  expect(rowOf(started, writer!, critic!, writer!)).toMatchObject({
    agents: ['writer', 'critic'],
    durationMs: 300n,
    outputTokens: 15n,
    inputTokens: 30n,
    cachedInputTokens: 3n,
    reasoningTokens: 6n,
  });
});

test('a repricing stands beside what was billed, and finds prices for what had none', () => {
  const calls = [
    { previousNanoUsd: '7', nanoUsd: '5' },
    { previousNanoUsd: null, nanoUsd: '4' },
  ];
  const billed = [started, call('7'), call('8'), call(null)] as const;
  expect(rowOf(...billed)).toMatchObject({ unpricedCalls: 1 });
  expect(rowOf(...billed, ['CallsRepriced', { calls: calls.slice(0, 1) }])).toMatchObject({
    repricedNanoUsd: 13n,
    unpricedCalls: 1,
  });
  const row = rowOf(started, call('7'), call(null), ['CallsRepriced', { calls }]);
  expect(row).toMatchObject({ costNanoUsd: 7n, repricedNanoUsd: 9n, unpricedCalls: 0, calls: 2 });
});

test('the multiplier of an article is its own ratio', () => {
  const shares = [{ hours: 3, nanoUsd: '225000000000' }];
  const row = rowOf(...[started, call('15000000'), ['ArticlePublished', {}] as const], [
    'BenefitEarned',
    { shares },
  ]);
  expect(projection.present(row)).toMatchObject({
    published: true,
    humanHours: 3,
    humanCostUsd: 225,
    costUsd: 0.015,
    multiplier: 15_000,
  });
  expect(projection.present(rowOf(started))).toMatchObject({ multiplier: null, humanHours: 0 });
});

test('for any history the parts add up to the whole', () => {
  fc.assert(
    fc.property(anyLedger(1, 60), (ledger) => {
      const { row } = fold(ledger.filter(({ stream }) => stream.startsWith('execution-')));
      for (const parts of ['stageCosts', 'revisionCosts']) {
        const all = row[parts] as { calls: number; costNanoUsd: string }[];
        expect(all.reduce((sum, { calls }) => sum + calls, 0)).toBe(row['calls']);
        const cost = all.reduce((sum, { costNanoUsd }) => sum + BigInt(costNanoUsd), 0n);
        expect(cost).toBe(row['costNanoUsd']);
      }
    }),
  );
});
