import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { alerts } from './alerts.projection';

const clock = (index: number): string => `2026-01-08T22:0${String(index)}:00.000000Z`;

const rowAfter = (...history: [string, object][]): Record<string, unknown> => {
  const events = history.map(
    ([type, data], index) =>
      ({
        position: BigInt(index + 1),
        stream: 'alert-slow.3',
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
    foldEntity(alerts, row, event);
  return { ...events.reduce<EntityRow | undefined>(fold, undefined)?.row };
};

const observed = {
  value: 700,
  samples: 40,
  evidence: 'p95 of 40',
  since: '2026-01-07',
  readPosition: '90',
};
const pendingSince = '2026-01-08T21:55:00.000000Z';
const fired: [string, object] = [
  'AlertFired',
  {
    rule: {
      rule: 'slow',
      flow: 'content',
      measure: 'style-query-p95',
      comparison: 'above',
      threshold: 500,
      clearThreshold: 400,
      severity: 'critical',
      forSeconds: 300,
      smallestSample: 20,
      windowDays: 2,
      action: 'rollback',
      automatic: false,
    },
    deploymentId: 'd6',
    observed,
    pendingSince,
    rollbackTo: 'd5',
    noRollbackBecause: null,
  },
];

test('an alert is there from when it fires, with its evidence', () => {
  expect(rowAfter(fired)).toMatchObject({
    alert: 'slow.3',
    rule: 'slow',
    severity: 'critical',
    status: 'firing',
    value: 700,
    samples: 40,
    evidence: 'p95 of 40',
    readPosition: 90n,
    deploymentId: 'd6',
    measure: 'style-query-p95',
    comparison: 'above',
    threshold: 500,
    clearThreshold: 400,
    since: '2026-01-07',
    pendingSince,
    firedAt: clock(0),
    resolvedAt: null,
    proposesRollback: true,
    rollbackTo: 'd5',
    automatic: false,
  });
});

test.each<[string, object, object]>([
  [
    'AlertAcknowledged',
    { comment: 'mine' },
    { status: 'acknowledged', comment: 'mine', acknowledgedBy: 'ann', acknowledgedAt: clock(1) },
  ],
  [
    'AlertDismissed',
    { reason: 'no' },
    {
      status: 'firing',
      proposesRollback: false,
      dismissedReason: 'no',
      dismissedBy: 'ann',
      dismissedAt: clock(1),
    },
  ],
  [
    'AlertAnswered',
    { rollbackId: 'r1' },
    { status: 'firing', proposesRollback: false, rollbackId: 'r1' },
  ],
  [
    'AlertResolved',
    { because: 'recovered', observed: { ...observed, value: 90 } },
    {
      status: 'resolved',
      proposesRollback: false,
      resolvedAt: clock(1),
      value: 700,
      resolvedBecause: 'recovered',
      resolvedValue: 90,
    },
  ],
  [
    'AlertResolved',
    { because: 'rule-removed', observed: null },
    { status: 'resolved', resolvedBecause: 'rule-removed', resolvedValue: null },
  ],
])('%s %j changes it', (type, data, expected) => {
  expect(rowAfter(fired, [type, data])).toMatchObject({ ...expected, updatedAt: clock(1) });
});
