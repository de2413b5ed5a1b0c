import type { RecordedEvent } from '../../events';
import { sealedForm } from '../../events/sealed-value';
import { foldTotals } from '../fold';
import type { TotalsDelta } from '../fold';
import { subjects } from './subjects.projection';

const clock = (index: number): string => `2026-01-08T22:0${String(index)}:00.000000Z`;

const sealed = (subject: string): unknown =>
  sealedForm('x', { key: { subject, generation: 0 }, place: 'A.b', ciphertext: 'AAAA' });

const rowsAfter = (...history: [stream: string, type: string, data: object][]) => {
  const deltas = new Map<string, TotalsDelta>();
  for (const [index, [stream, type, data]] of history.entries()) {
    const recorded = {
      position: BigInt(index + 1),
      stream,
      version: 1,
      eventId: '',
      actor: `op${index}`,
      deploymentId: 'd7',
      correlationId: 'c',
      causationId: null,
      occurredAt: clock(9),
      recordedAt: clock(index),
      type,
      data,
    } as unknown as RecordedEvent;
    foldTotals(subjects, deltas, recorded);
  }
  return [...deltas.values()].map(({ key, add }) => ({ ...key, ...add }));
};

test('a person is there with the first event that holds something of theirs', () => {
  const rows = rowsAfter(
    ['execution-1', 'ExecutionStarted', { topic: sealed('reader-9'), subject: 'reader-9' }],
    ['execution-1', 'LlmCallRecorded', { metadata: {}, subject: 'reader-9' }],
    ['execution-2', 'ExecutionStarted', { topic: 'about nobody' }],
    ['execution-3', 'ExecutionStarted', { topic: sealed('reader-9'), subject: 'reader-9' }],
  );
  expect(rows).toEqual([
    { subject: 'reader-9', events: 2n, plainEvents: 0n, firstAt: clock(0), lastAt: clock(3) },
  ]);
});

test('an event of two persons counts for each, and what is in plain text is told apart', () => {
  const override = { requestedBy: 'bob', reason: 'from before', missing: [] };
  const rows = rowsAfter([
    ...(['deployment-7', 'DeploymentDecided'] as const),
    { by: 'ann', reason: sealed('ann'), override },
  ]);
  expect(rows).toMatchObject([
    { subject: 'ann', events: 1n, plainEvents: 0n },
    { subject: 'bob', events: 0n, plainEvents: 1n },
  ]);
});

test('who forgot somebody last is told', () => {
  const [row = {}] = rowsAfter(
    ['subject-ann', 'SubjectForgotten', { reason: 'r', key: 0 }],
    ['subject-ann', 'SubjectForgotten', { reason: 'r', key: 1 }],
  );
  expect(subjects.present(row)).toMatchObject({
    subject: 'ann',
    forgettings: 2n,
    forgottenAt: clock(1),
    forgottenBy: 'op1',
  });
});
