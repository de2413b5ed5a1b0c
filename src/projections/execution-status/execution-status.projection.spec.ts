import fc from 'fast-check';
import { anyCourse, inBatches, recorded } from '../../../test/harness/histories';
import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { executionStatus } from './execution-status.projection';

const projection = executionStatus;

interface Told {
  readonly type: string;
  readonly data: object;
  /** Minutes after ten. */
  readonly at?: number;
  readonly recorded?: number;
}

const clock = (minutes: number): string =>
  `2026-01-08T22:${String(minutes).padStart(2, '0')}:00.000000Z`;

const ledgerOf = (history: readonly Told[]): RecordedEvent[] =>
  history.map(
    ({ type, data, at, recorded: taken }, index) =>
      ({
        position: BigInt(index + 1),
        stream: 'execution-one',
        version: index + 1,
        eventId: '',
        deploymentId: 'd7',
        correlationId: 'c',
        causationId: null,
        actor: 'service',
        occurredAt: clock(at ?? index),
        recordedAt: clock(taken ?? at ?? index),
        type,
        data,
      }) as RecordedEvent,
  );

const fold = (events: readonly RecordedEvent[], before?: EntityRow): EntityRow | undefined =>
  events.reduce((row: EntityRow | undefined, event) => foldEntity(projection, row, event), before);

const rowAfter = (...history: Told[]): Record<string, unknown> => ({
  ...fold(ledgerOf(history))?.row,
});

const opening = { flow: 'content', topic: 'Ledgers', agent: 'planner', forkedFrom: null };
const started: Told = { type: 'ExecutionStarted', data: opening };
const stageStarted = (stage: string, at: number, attempt = 1, reopens: string[] = []): Told => ({
  type: 'StageStarted',
  data: { stage, agent: 'writer', attempt, reopens },
  at,
});
const stageCompleted = (stage: string, at: number): Told => ({
  type: 'StageCompleted',
  data: { stage, agent: null, result: null },
  at,
});
const because = (type: string, reason: string | null = null): Told => ({ type, data: { reason } });

describe('the row of an execution', () => {
  test('is opened by its start, with what was said of it', () => {
    expect(rowAfter({ ...started, recorded: 3 })).toMatchObject({
      executionId: 'one',
      flow: 'content',
      topic: 'Ledgers',
      agent: 'planner',
      status: 'running',
      reason: null,
      stage: null,
      stages: {},
      revisions: 0,
      score: null,
      decision: null,
      calls: 0,
      startedAt: clock(0),
      updatedAt: clock(0),
      heardAt: clock(3),
      endedAt: null,
      forkedFrom: null,
      deploymentId: 'd7',
    });
  });

  test('waits in the queue until it starts, and started then', () => {
    const queued = { type: 'ExecutionQueued', data: opening };
    expect(rowAfter(queued)).toMatchObject({ status: 'queued', startedAt: clock(0) });
    expect(rowAfter(queued, { ...started, at: 5 })).toMatchObject({
      status: 'running',
      startedAt: clock(5),
    });
  });

  test.each([
    ['ExecutionWaitStarted', 'waiting'],
    ['ExecutionPaused', 'paused'],
    ['ExecutionResumed', 'running'],
  ])('after %s is %s, with the reason', (type, status) => {
    expect(rowAfter(started, because(type, 'why'))).toMatchObject({
      status,
      reason: 'why',
      endedAt: null,
    });
  });

  test.each([
    ['ExecutionCompleted', 'completed'],
    ['ExecutionFailed', 'failed'],
    ['ExecutionCancelled', 'cancelled'],
    ['ExecutionTerminated', 'terminated'],
    ['ExecutionTimedOut', 'timed_out'],
  ])('after %s is %s, and ended then', (type, status) => {
    expect(rowAfter(started, because(type, 'why'))).toMatchObject({
      status,
      reason: 'why',
      endedAt: clock(1),
    });
  });

  test('a score is there with its decision, its gates and the revisions', () => {
    const data = { score: 7.5, gates: { voice: false }, decision: 'revise', revisions: 1 };
    expect(rowAfter(started, { type: 'QualityScored', data })).toMatchObject(data);
  });

  test('a published article has its address and its time', () => {
    const article = { type: 'ArticlePublished', data: { url: 'https://example.org' } };
    expect(rowAfter(started, article)).toMatchObject({
      url: 'https://example.org',
      publishedAt: clock(1),
    });
  });

  test('hears of it by the ledger’s clock, and is as new as the newest thing that happened', () => {
    const late = { ...because('HeartbeatReceived'), at: 2, recorded: 40 };
    const row = rowAfter(started, { ...because('HeartbeatReceived'), at: 10 }, late);
    expect(row).toMatchObject({ updatedAt: clock(10), heardAt: clock(40) });
  });
});

describe('the stages of an execution', () => {
  test('run, end, and have taken their time', () => {
    const running = rowAfter(started, stageStarted('research', 1));
    expect(running).toMatchObject({
      stage: 'research',
      stages: { research: { outcome: 'running', attempts: 1, agent: 'writer', endedAt: null } },
    });
    expect(
      rowAfter(started, stageStarted('research', 1), stageCompleted('research', 4)),
    ).toMatchObject({
      stage: 'research',
      stages: {
        research: {
          outcome: 'completed',
          agent: 'writer',
          startedAt: clock(1),
          endedAt: clock(4),
          durationMs: 180_000,
          error: null,
        },
      },
    });
  });

  test('fail with what went wrong, and add up over attempts', () => {
    const failed: Told = {
      type: 'StageFailed',
      data: { stage: 'write', agent: 'editor', error: 'no luck', retryable: true },
      at: 3,
    };
    const once = rowAfter(started, stageStarted('write', 1), failed);
    expect(once['stages']).toMatchObject({
      write: { outcome: 'failed', agent: 'editor', error: 'no luck', durationMs: 120_000 },
    });
    const twice = rowAfter(
      started,
      stageStarted('write', 1),
      failed,
      stageStarted('write', 10, 2),
      stageCompleted('write', 11),
    );
    expect(twice['stages']).toMatchObject({
      write: { outcome: 'completed', attempts: 2, error: null, durationMs: 180_000 },
    });
  });

  test('are reopened by a revision, those that were there', () => {
    const row = rowAfter(
      started,
      stageStarted('write', 1),
      stageCompleted('write', 2),
      stageStarted('check', 3),
      stageCompleted('check', 4),
      stageStarted('write', 5, 2, ['graphics', 'check']),
    );
    expect(row['stage']).toBe('write');
    expect(row['stages']).toEqual({
      write: expect.objectContaining({ outcome: 'running', attempts: 2 }),
      check: expect.objectContaining({ outcome: 'reopened', attempts: 1, endedAt: clock(4) }),
    });
  });

  test('that run when a revision begins have taken their time until then', () => {
    const revised = [
      started,
      stageStarted('write', 1),
      stageStarted('check', 3),
      stageStarted('write', 5, 2, ['check']),
    ];
    expect(rowAfter(...revised)['stages']).toMatchObject({
      write: { outcome: 'running', attempts: 2, endedAt: null, durationMs: 240_000 },
      check: { outcome: 'reopened', attempts: 1, endedAt: clock(5), durationMs: 120_000 },
    });
    const again = [
      stageCompleted('write', 6),
      stageStarted('check', 7, 2),
      stageCompleted('check', 8),
    ];
    expect(rowAfter(...revised, ...again)['stages']).toMatchObject({
      write: { outcome: 'completed', durationMs: 300_000 },
      check: { outcome: 'completed', attempts: 2, durationMs: 180_000 },
    });
  });

  test.each(['ExecutionCompleted', 'ExecutionFailed', 'ExecutionCancelled', 'ExecutionTimedOut'])(
    'that run stop with %s, and those that had ended stay as they were',
    (type) => {
      const ending: Told = { ...because(type), at: 9 };
      const before = [started, stageStarted('research', 1), stageCompleted('research', 4)];
      expect(rowAfter(...before, stageStarted('write', 5), ending)['stages']).toMatchObject({
        research: { outcome: 'completed', endedAt: clock(4), durationMs: 180_000 },
        write: { outcome: 'stopped', endedAt: clock(9), durationMs: 240_000 },
      });
    },
  );

  test('whose start is void have not failed with the stage that they ran in', () => {
    const failed: Told = {
      type: 'StageFailed',
      data: { stage: 'write', agent: null, error: 'no luck', retryable: true },
      at: 2,
    };
    expect(rowAfter(started, failed)['stages']).toEqual({});
  });

  test('cannot end before they started', () => {
    expect(() => rowAfter(started, stageCompleted('write', 1))).toThrow(
      /stage write ended before it started/,
    );
  });
});

describe('model calls of an execution', () => {
  const call = (cost: object): Told => ({
    type: 'LlmCallRecorded',
    data: {
      agent: 'writer',
      model: 'gpt-4o',
      inputTokens: 1_000,
      cachedInputTokens: 200,
      outputTokens: 500,
      reasoningTokens: 100,
      durationMs: 2_500,
      cost,
      metadata: {},
    },
  });
  const priced = call({ source: 'reported', nanoUsd: '7500001' });

  test('are counted with their tokens and their exact cost', () => {
    expect(rowAfter(started, priced, priced)).toMatchObject({
      calls: 2,
      unpricedCalls: 0,
      inputTokens: 2_000n,
      cachedInputTokens: 400n,
      outputTokens: 1_000n,
      reasoningTokens: 200n,
      costNanoUsd: 15_000_002n,
    });
  });

  test('without a price are counted apart', () => {
    expect(rowAfter(started, priced, call({ source: 'unpriced' }))).toMatchObject({
      calls: 2,
      unpricedCalls: 1,
      costNanoUsd: 7_500_001n,
    });
  });

  test('change no column of an index, so that a row is rewritten within its page', () => {
    const indexed = (projection.indexes ?? []).flat();
    const [before, after] = [rowAfter(started), rowAfter(started, priced)];
    expect(indexed.map((column) => after[column])).toEqual(indexed.map((column) => before[column]));
  });

  test('that come after the end change no status', () => {
    expect(rowAfter(started, because('ExecutionCancelled', 'why'), priced)).toMatchObject({
      status: 'cancelled',
      reason: 'why',
      calls: 1,
      endedAt: clock(1),
    });
  });
});

describe('whatever happened', () => {
  test('the row agrees with what the rules made of it', () => {
    fc.assert(
      fc.property(anyCourse(50), ({ state, events }) => {
        const row = fold(recorded([events], [0]))!.row as Record<string, unknown> & {
          stages: Record<string, { outcome: string; attempts: number }>;
        };
        expect(row['status']).toBe(state.status);
        expect(row['flow']).toBe(state.flow);
        expect(row['revisions']).toBe(state.revisions);
        expect(row['publishedAt'] !== null).toBe(state.published);
        for (const [name, { outcome: ruled, attempts }] of Object.entries(state.stages)) {
          const outcome = ruled === 'running' && row['endedAt'] !== null ? 'stopped' : ruled;
          expect(row.stages[name]).toMatchObject({ outcome, attempts });
        }
        expect(Object.keys(row.stages)).toHaveLength(Object.keys(state.stages).length);
        expect(row['calls']).toBe(events.filter(({ type }) => type === 'LlmCallRecorded').length);
      }),
    );
  });

  test('folded in any batches, the row is the same', () => {
    fc.assert(
      fc.property(anyCourse(50), fc.array(fc.nat(50)), ({ events }, cuts) => {
        const ledger = recorded([events], [0]);
        const split = inBatches(ledger, cuts).reduce(
          (row: EntityRow | undefined, batch) => structuredClone(fold(batch, row)),
          undefined,
        );
        expect(split).toEqual(fold(ledger));
      }),
    );
  });

  test('the same event twice is a fault, not a second count', () => {
    fc.assert(
      fc.property(anyCourse(), ({ events }) => {
        const ledger = recorded([events], [0]);
        expect(() => fold(ledger.slice(-1), fold(ledger))).toThrow(/the row expects/);
      }),
    );
  });
});

test('what the API shows has the cost in dollars beside the exact one', () => {
  const row = { executionId: 'one', costNanoUsd: 7_500_001n };
  expect(projection.present(row)).toMatchObject({ executionId: 'one', costUsd: 0.007500001 });
});
