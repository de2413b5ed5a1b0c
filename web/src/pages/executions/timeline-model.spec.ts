import type { LedgerEvent } from '../../live/event';
import { timelineOf } from './timeline-model';

const start = Date.parse('2026-01-09T10:00:00Z');

const events = (...told: [second: number, type: string, data?: object][]): LedgerEvent[] =>
  told.map(([second, type, data = {}], index) => ({
    type,
    position: String(index + 1),
    version: index + 1,
    eventId: String(index),
    stream: 'execution-a',
    schemaVersion: 1,
    deploymentId: 'd',
    actor: 'a',
    correlationId: 'c',
    causationId: null,
    recordedAt: '',
    data: data as Record<string, unknown>,
    occurredAt: new Date(start + second * 1_000).toISOString(),
  }));

const seconds = (from: number, to: number | null) => ({
  from: start + from * 1_000,
  to: to === null ? null : start + to * 1_000,
});

test('a stage has a bar for each attempt, as it ended', () => {
  const timeline = timelineOf(
    events(
      [0, 'ExecutionStarted'],
      [1, 'StageStarted', { stage: 'write', attempt: 1 }],
      [5, 'StageFailed', { stage: 'write' }],
      [6, 'StageStarted', { stage: 'write', attempt: 2 }],
      [9, 'StageCompleted', { stage: 'write' }],
      [10, 'ExecutionCompleted'],
    ),
  );
  expect(timeline).toMatchObject({
    ...seconds(0, 10),
    lanes: [
      { name: 'execution', spans: [{ ...seconds(0, 10), outcome: 'running' }] },
      {
        name: 'write',
        spans: [
          { ...seconds(1, 5), outcome: 'failed', label: 'attempt 1', position: '2' },
          { ...seconds(6, 9), outcome: 'completed', label: 'attempt 2', position: '4' },
        ],
      },
    ],
  });
});

test('waiting and pausing are stretches of the execution; what runs has no end yet', () => {
  const timeline = timelineOf(
    events(
      [0, 'ExecutionQueued'],
      [1, 'ExecutionStarted'],
      [2, 'ExecutionWaitStarted'],
      [4, 'ExecutionResumed'],
      [5, 'StageStarted', { stage: 'research', attempt: 1 }],
    ),
  );
  expect(timeline?.lanes[0]?.spans.map(({ outcome }) => outcome)).toEqual([
    'queued',
    'running',
    'waiting',
    'running',
  ]);
  expect(timeline?.lanes[1]?.spans).toMatchObject([{ ...seconds(5, null), outcome: 'running' }]);
});

test('a stage that runs when the execution ends, ends with it', () => {
  const timeline = timelineOf(
    events(
      [0, 'ExecutionStarted'],
      [1, 'StageStarted', { stage: 'write', attempt: 1 }],
      [3, 'ExecutionCancelled'],
    ),
  );
  expect(timeline?.lanes[0]?.spans).toMatchObject([{ ...seconds(0, 3), outcome: 'running' }]);
  expect(timeline?.lanes[1]?.spans).toMatchObject([{ ...seconds(1, 3), outcome: 'stopped' }]);
});

test('calls and scores are told by their times', () => {
  const timeline = timelineOf(
    events(
      [0, 'ExecutionStarted'],
      [1, 'LlmCallRecorded', { agent: 'writer' }],
      [2, 'QualityScored', { score: 8.5, decision: 'publish' }],
    ),
  );
  expect(timeline?.calls).toEqual([{ at: start + 1_000, agent: 'writer' }]);
  expect(timeline?.scores).toMatchObject([{ score: 8.5, decision: 'publish', position: '3' }]);
});

test('of nothing there is none, and one event has a length', () => {
  expect(timelineOf([])).toBeUndefined();
  const timeline = timelineOf(events([0, 'ExecutionStarted']));
  expect((timeline?.to ?? 0) - (timeline?.from ?? 0)).toBe(1);
});
