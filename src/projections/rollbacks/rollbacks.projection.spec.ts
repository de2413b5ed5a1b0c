import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { rollbacks } from './rollbacks.projection';

const clock = (index: number): string => `2026-01-08T22:0${String(index)}:00.000000Z`;

const rowAfter = (...history: [string, object][]): Record<string, unknown> => {
  const events = history.map(
    ([type, data], index) =>
      ({
        position: BigInt(index + 1),
        stream: 'rollback-r1',
        version: index + 1,
        eventId: '',
        deploymentId: 'd7',
        correlationId: 'c',
        causationId: null,
        actor: 'ann',
        occurredAt: clock(index),
        recordedAt: clock(index),
        type,
        data,
      }) as RecordedEvent,
  );
  const fold = (row: EntityRow | undefined, event: RecordedEvent): EntityRow =>
    foldEntity(rollbacks, row, event);
  return { ...events.reduce<EntityRow | undefined>(fold, undefined)?.row };
};

const asked = { deploymentId: 'd7', flow: 'content', mode: 'code', reason: 'errors' };
const started: [string, object] = ['RollbackStarted', { ...asked, to: 'd6' }];
const rehearsal: [string, object] = ['RehearsalStarted', { ...asked, to: 'd6', isLive: true }];

const attempt = { seconds: 1.25, budgetSeconds: 10, health: 'healthy' };
const taken = { step: 'preflight', ...attempt, evidence: 'all is there' };
const failed = { step: 'stop-work', ...attempt, cause: 'no answer' };

test.each([
  ['rollback', started, false],
  ['rehearsal', rehearsal, true],
])('a %s is there from its start on, with what was asked for', (_what, start, isRehearsal) => {
  expect(rowAfter(start)).toEqual({
    rollbackId: 'r1',
    ...asked,
    target: 'd6',
    rehearsal: isRehearsal,
    status: 'running',
    step: null,
    steps: [],
    cause: null,
    seconds: 0,
    startedBy: 'ann',
    startedAt: clock(0),
    updatedAt: clock(0),
    endedAt: null,
  });
});

test('each attempt at a step is told of, and what all of them took', () => {
  const row = rowAfter(started, ['RollbackStepTaken', taken], ['RollbackStepFailed', failed]);
  expect(row).toMatchObject({
    steps: [
      { step: 'preflight', state: 'taken', ...attempt, evidence: 'all is there', at: clock(1) },
      { step: 'stop-work', state: 'failed', ...attempt, evidence: 'no answer', at: clock(2) },
    ],
    status: 'failed',
    step: 'stop-work',
    cause: 'no answer',
    seconds: 2.5,
    updatedAt: clock(2),
    endedAt: null,
  });
});

test('seconds are told to the nearest thousandth', () => {
  const step: [string, object] = ['RollbackStepTaken', { ...taken, seconds: 0.0016 }];
  expect(rowAfter(started, step)).toMatchObject({ seconds: 0.002 });
});

test('one that failed goes on when it is tried again, without the cause', () => {
  const again: [string, object][] = [
    started,
    ['RollbackStepFailed', failed],
    ['RollbackRetried', { reason: null }],
  ];
  const running = { status: 'running', cause: null, endedAt: null };
  expect(rowAfter(...again)).toMatchObject({ ...running, updatedAt: clock(2) });
  const step = { ...taken, step: 'stop-work' };
  expect(rowAfter(...again, ['RollbackStepTaken', step])).toMatchObject({
    ...running,
    step: 'stop-work',
    updatedAt: clock(3),
  });
});

test('a rehearsal is over with a step that fails', () => {
  expect(rowAfter(rehearsal, ['RehearsalStepTaken', taken])).toMatchObject({
    status: 'running',
    cause: null,
    steps: [{ state: 'taken' }],
    endedAt: null,
  });
  expect(rowAfter(rehearsal, ['RehearsalStepFailed', failed])).toMatchObject({
    status: 'failed',
    cause: 'no answer',
    endedAt: clock(1),
    updatedAt: clock(1),
  });
});

test.each<[string, [string, object], object, object]>([
  ['RollbackCompleted', started, {}, { status: 'completed', cause: null }],
  ['RehearsalCompleted', rehearsal, {}, { status: 'completed', cause: null }],
  ['RollbackAborted', started, { reason: 'mended' }, { status: 'aborted', cause: 'mended' }],
  ['RehearsalAborted', rehearsal, { reason: 'busy' }, { status: 'aborted', cause: 'busy' }],
])('%s ends it', (type, start, data, expected) => {
  const times = { endedAt: clock(1), updatedAt: clock(1) };
  expect(rowAfter(start, [type, data])).toMatchObject({ ...expected, ...times });
});
