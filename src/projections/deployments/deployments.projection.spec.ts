import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { deployments } from './deployments.projection';

const clock = (index: number): string => `2026-01-08T22:${String(10 + index)}:00.000000Z`;

const rowAfter = (...history: [string, object][]): Record<string, unknown> => {
  const events = history.map(
    ([type, data], index) =>
      ({
        position: BigInt(index + 1),
        stream: 'deployment-d7',
        version: index + 1,
        eventId: '',
        deploymentId: 'd6',
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
    foldEntity(deployments, row, event);
  return { ...events.reduce<EntityRow | undefined>(fold, undefined)?.row };
};

const contentHash = 'ab'.repeat(32);
const line = { item: 'healthy', phase: 'staging', description: null, gate: 'health' };
const planned: [string, object] = [
  'DeploymentPlanned',
  {
    version: '2.4.0',
    flow: 'content',
    previous: 'd6',
    plannedBy: 'ann',
    plannerMaySign: true,
    checklist: [line],
    signOffs: ['quality'],
    gates: [],
    notes: null,
  },
];
const check = (outcome: string): [string, object] => [
  'CheckRecorded',
  { gate: 'health', outcome, measured: null, threshold: null, evidence: 'probe', by: 'ann' },
];
const ticked: [string, object] = [
  'ChecklistItemTicked',
  { item: 'healthy', by: 'ann', evidence: 'probe', gate: 'health' },
];
const signed: [string, object] = [
  'DeploymentSignedOff',
  { role: 'quality', verdict: 'approved', contentHash, comment: null, by: 'bob' },
];
const change = { kind: 'check', name: 'health', to: 'failed' };
const textsOf = (row: Record<string, unknown>): string[] =>
  (row['timeline'] as { text: string }[]).map(({ text }) => text);

test('a deployment is there from its plan on', () => {
  expect(rowAfter(planned)).toEqual({
    deploymentId: 'd7',
    version: '2.4.0',
    flow: 'content',
    previous: 'd6',
    status: 'draft',
    traffic: 0,
    contentHash: '',
    gates: [],
    checks: [],
    missing: [],
    notes: null,
    rollbackId: null,
    voidedAt: null,
    checklist: [{ ...line, ticked: false, by: null, at: null, evidence: null }],
    signOffs: [
      {
        role: 'quality',
        verdict: null,
        by: null,
        at: null,
        comment: null,
        contentHash: null,
        invalidatedBy: null,
      },
    ],
    decision: null,
    overrideRequest: null,
    plannedBy: 'ann',
    plannerMaySign: true,
    supersedes: null,
    supersededBy: null,
    timeline: [
      {
        at: clock(0),
        by: 'ann',
        type: 'DeploymentPlanned',
        text: 'version 2.4.0 planned for content',
      },
    ],
    plannedAt: clock(0),
    updatedAt: clock(0),
    stagedAt: null,
    liveAt: null,
    endedAt: null,
  });
});

test('an item shows who turned it, when, and with what', () => {
  const row = rowAfter(planned, check('successful'), ticked);
  expect(row['checklist']).toEqual([
    { ...line, ticked: true, by: 'ann', at: clock(2), evidence: 'probe' },
  ]);
  const unticked: [string, object] = [
    'ChecklistItemUnticked',
    { item: 'healthy', by: 'ann', reason: 'health is failed', gate: 'health' },
  ];
  expect(rowAfter(planned, ticked, unticked)['checklist']).toEqual([
    { ...line, ticked: false, by: 'ann', at: clock(2), evidence: null },
  ]);
});

test('the last check of a gate stands, and only those that turn are told of', () => {
  const row = rowAfter(planned, check('failed'), check('failed'), check('successful'));
  expect(row['checks']).toMatchObject([{ gate: 'health', outcome: 'successful', at: clock(3) }]);
  expect(textsOf(row).slice(1)).toEqual(['health is failed: probe', 'health is successful: probe']);
  expect(row['updatedAt']).toBe(clock(3));
});

test('a sign-off stands until something takes it away, which is said', () => {
  const stands = { verdict: 'approved', by: 'bob', contentHash, invalidatedBy: null };
  expect(rowAfter(planned, signed)['signOffs']).toMatchObject([stands]);
  const row = rowAfter(planned, signed, ['SignOffsInvalidated', { roles: ['quality'], change }]);
  expect(row['signOffs']).toMatchObject([
    { verdict: null, contentHash: null, invalidatedBy: change },
  ]);
  const withdrawn: [string, object] = [
    'SignOffWithdrawn',
    { role: 'quality', by: 'bob', reason: null },
  ];
  expect(rowAfter(planned, signed, withdrawn)['signOffs']).toMatchObject([
    { verdict: null, invalidatedBy: null },
  ]);
});

test('of several lines, roles and gates each is turned by what names it alone', () => {
  const other = { item: 'reviewed', phase: 'staging', description: null, gate: null };
  const data = { ...planned[1], checklist: [line, other], signOffs: ['quality', 'security'] };
  const withGate = (gate: string, measured: number | null): [string, object] => {
    const [type, said] = check('successful');
    return [type, { ...said, gate, measured }];
  };
  const several: [string, object] = [planned[0], data];
  const checks = [withGate('latency', 40), withGate('latency', 41), withGate('health', null)];
  const history = [several, ticked, signed, ...checks];
  const row = rowAfter(...history);
  expect(row['checklist']).toMatchObject([{ ticked: true }, { ...other, ticked: false }]);
  expect(row['signOffs']).toMatchObject([
    { role: 'quality', verdict: 'approved', at: clock(2) },
    { role: 'security', verdict: null },
  ]);
  expect(row['checks']).toMatchObject([{ gate: 'health' }, { gate: 'latency', measured: 41 }]);
  expect(textsOf(row).slice(3)).toEqual([
    'latency is successful at 40: probe',
    'health is successful: probe',
  ]);
  const securitySigned: [string, object] = [signed[0], { ...signed[1], role: 'security' }];
  const invalidated: [string, object] = ['SignOffsInvalidated', { roles: ['quality'], change }];
  expect(rowAfter(...history, securitySigned, invalidated)['signOffs']).toMatchObject([
    { role: 'quality', verdict: null, by: null, at: null, comment: null, invalidatedBy: change },
    { role: 'security', verdict: 'approved', by: 'bob', invalidatedBy: null },
  ]);
});

test('a decision stands until it lapses; an override is told with what was missing', () => {
  const missing = [{ kind: 'sign-off', name: 'quality', why: 'has not signed' }];
  const request = { by: 'ann', reason: 'urgent', contentHash, missing };
  const asked: [string, object] = ['OverrideRequested', request];
  expect(rowAfter(planned, asked)['overrideRequest']).toEqual(request);
  const override = { requestedBy: 'ann', reason: 'urgent', missing };
  const decided: [string, object] = [
    'DeploymentDecided',
    { verdict: 'go', reason: 'agreed', by: 'bob', contentHash, override },
  ];
  const row = rowAfter(planned, asked, decided);
  expect(row).toMatchObject({ status: 'go', overrideRequest: null, decision: { by: 'bob' } });
  expect(textsOf(row).slice(1)).toEqual([
    'asked to go without quality: urgent',
    'GO, overriding as ann asked: agreed',
  ]);
  const lapsed = rowAfter(planned, asked, decided, ['DecisionLapsed', { verdict: 'go', change }]);
  expect(lapsed).toMatchObject({ status: 'validating', decision: null });
  expect(textsOf(lapsed).at(-1)).toBe('GO lapsed, as check health became failed');
});

test('an override waits for another operator until what it was asked for is something else', () => {
  const missing = [{ kind: 'sign-off', name: 'quality', why: 'has not signed' }];
  const request = { by: 'ann', reason: 'urgent', contentHash, missing };
  const asked: [string, object] = ['OverrideRequested', request];
  const assessed = (of: object): [string, object] => [
    'ReadinessAssessed',
    { status: 'validating', contentHash, missing, ...of },
  ];
  const requestAfter = (...history: [string, object][]): unknown =>
    rowAfter(planned, asked, ...history)['overrideRequest'];
  expect(requestAfter(assessed({ missing: [] }))).toEqual(request);
  expect(requestAfter(assessed({ contentHash: 'cd'.repeat(32) }))).toBeNull();
  expect(requestAfter(assessed({ missing: [{ ...missing[0], why: 'has rejected' }] }))).toBeNull();
  expect(requestAfter(['DeploymentAborted', { by: 'ann', reason: null }])).toBeNull();
});

test('one that is live again is in no rollback, nor taken back by one', () => {
  const back: [string, object][] = [
    ['RollbackBegun', { rollbackId: 'r1' }],
    ['DeploymentRolledBack', { rollbackId: 'r1', to: 'd6' }],
  ];
  expect(rowAfter(planned, ...back)).toMatchObject({ status: 'rolled_back', rollbackId: 'r1' });
  expect(
    rowAfter(planned, ...back, ['DeploymentRestored', { rollbackId: 'r2', from: 'd8' }]),
  ).toMatchObject({ status: 'live', rollbackId: null });
});

test('it goes to its end by way of traffic', () => {
  const by = { by: 'ann', reason: null };
  const history: [string, object][] = [
    planned,
    ['DeploymentStaged', by],
    ['DeploymentPromoted', { traffic: 50, ...by }],
    ['ReadinessAssessed', { status: 'promoting', contentHash, missing: [] }],
    ['DeploymentCompleted', { flow: 'content', supersedes: 'd6', ...by }],
    ['DeploymentSuperseded', { supersededBy: 'd8' }],
  ];
  expect(rowAfter(...history.slice(0, 2))).toMatchObject({ status: 'staging' });
  expect(rowAfter(...history.slice(0, 3))).toMatchObject({ status: 'analysing', traffic: 50 });
  expect(rowAfter(...history.slice(0, 4))).toMatchObject({ status: 'promoting', contentHash });
  expect(rowAfter(...history.slice(0, 5))).toMatchObject({ status: 'live', endedAt: null });
  expect(rowAfter(...history)).toMatchObject({
    status: 'superseded',
    supersedes: 'd6',
    supersededBy: 'd8',
    stagedAt: clock(1),
    liveAt: clock(4),
    endedAt: clock(5),
  });
  expect(rowAfter(planned, ['DeploymentAborted', by])).toMatchObject({
    status: 'aborted',
    endedAt: clock(1),
  });
});

describe('taken back', () => {
  const by = { by: 'ann', reason: 'tried out' };
  const live: [string, object] = [
    'DeploymentCompleted',
    { flow: 'content', supersedes: 'd6', ...by },
  ];
  const begun: [string, object] = ['RollbackBegun', { rollbackId: 'r1' }];
  const rolledBack: [string, object] = ['DeploymentRolledBack', { rollbackId: 'r1', to: 'd6' }];
  const voided: [string, object] = ['DeploymentVoided', { rollbackId: 'r1' }];
  const reinstated: [string, object] = ['DeploymentReinstated', by];

  test('it ends with its rollback, or stays live without', () => {
    const isBegun = { status: 'rolling_back', rollbackId: 'r1', endedAt: null };
    expect(rowAfter(planned, live, begun)).toMatchObject(isBegun);
    const failed: [string, object] = ['RollbackFailed', { step: 'preflight', cause: 'no answer' }];
    const after = [planned, live, begun, failed] as const;
    expect(rowAfter(...after)).toMatchObject({ ...isBegun, status: 'rollback_failed' });
    expect(rowAfter(...after, ['RollbackAbandoned', { reason: 'mended' }])).toMatchObject({
      status: 'live',
      rollbackId: null,
      endedAt: null,
    });
    expect(rowAfter(planned, live, begun, rolledBack)).toMatchObject({
      status: 'rolled_back',
      rollbackId: 'r1',
      endedAt: clock(3),
    });
  });

  test('its work is void until it counts again, as that of one that was followed by another', () => {
    const gone = [planned, live, begun, voided, rolledBack] as const;
    expect(rowAfter(...gone)).toMatchObject({ status: 'rolled_back', voidedAt: clock(3) });
    expect(rowAfter(...gone, reinstated)).toMatchObject({ status: 'superseded', voidedAt: null });
    expect(rowAfter(planned, live, voided, reinstated)).toMatchObject({
      status: 'live',
      voidedAt: null,
    });
  });

  test('the one before is live again', () => {
    const followed: [string, object] = ['DeploymentSuperseded', { supersededBy: 'd8' }];
    const restored: [string, object] = ['DeploymentRestored', { rollbackId: 'r1', from: 'd8' }];
    expect(rowAfter(planned, live, followed, restored)).toMatchObject({
      status: 'live',
      supersededBy: null,
      endedAt: null,
    });
  });

  test('what was not said is not told, nor is an assessment', () => {
    const by = { by: 'ann', reason: null };
    const decided = { verdict: 'no_go', reason: 'too slow', by: 'bob', contentHash };
    const row = rowAfter(
      planned,
      ['DeploymentDecided', { ...decided, override: null }],
      ['DecisionLapsed', { verdict: 'no_go', change }],
      ['ReadinessAssessed', { status: 'validating', contentHash, missing: [] }],
      ['DeploymentStaged', by],
      ['DeploymentCompleted', { flow: 'content', supersedes: null, ...by }],
    );
    expect(textsOf(row).slice(1)).toEqual([
      'NO-GO: too slow',
      'NO-GO lapsed, as check health became failed',
      'staged',
      'live',
    ]);
  });

  test('all of it is told', () => {
    const row = rowAfter(planned, live, begun, voided, rolledBack, reinstated);
    expect(textsOf(row).slice(1)).toEqual([
      'live, in the place of d6: tried out',
      'is being rolled back by r1',
      'what was recorded under it is void',
      'rolled back to d6',
      'what was recorded under it counts again: tried out',
    ]);
  });
});
