import { currentSchemaVersion } from '../../events/codec';
import type { EventType } from '../../events';
import type { StoredEvent } from '../../events/event-metadata';
import type { LedgerReader } from '../ledger/ledger-reader';
import { RollbackTargets } from './rollback-targets';

const flow = 'content';

const stored = (stream: string, position: number, type: EventType, data: object): StoredEvent => ({
  stream,
  type,
  data,
  version: 1,
  position: BigInt(position),
  actor: 'ann',
  schemaVersion: currentSchemaVersion(type),
  eventId: `e${String(position)}`,
  deploymentId: 'd1',
  correlationId: 'c',
  causationId: null,
  occurredAt: '2026-01-08T22:00:00.000000Z',
  recordedAt: '2026-01-08T22:00:00.000000Z',
});

const planned = (deploymentId: string): StoredEvent =>
  stored(`deployment-${deploymentId}`, 1, 'DeploymentPlanned', {
    version: '3',
    flow,
    previous: null,
    plannedBy: 'ann',
    plannerMaySign: true,
    notes: null,
    checklist: [],
    signOffs: [],
    gates: [],
  });

/** The first goes live at 10, the next at 20, and so on; each could read what its position says. */
const targetsAfter = (...course: readonly string[]): RollbackTargets => {
  const activations = course.map((deploymentId, index) => {
    const position = 10 * (index + 1);
    const previous = course[index - 1] ?? null;
    const reads = { ExecutionStarted: position };
    return stored(`flow-${flow}`, position, 'DeploymentActivated', {
      flow,
      deploymentId,
      previous,
      reads,
    });
  });
  const histories = ([stream = '']: readonly string[]) => {
    const id = stream.replace('deployment-', '');
    const events = stream === `flow-${flow}` ? activations : [planned(id)];
    return Promise.resolve(new Map([[stream, { version: events.length, events }]]));
  };
  return new RollbackTargets({ histories } as unknown as LedgerReader);
};

const toldBy = async (targets: RollbackTargets, deploymentId: string, to?: string) => {
  const target = await targets.of(deploymentId, to);
  return target && [target.to, target.liveSince, target.reads?.['ExecutionStarted']];
};

test('the deployment before is gone back to, with what was seen until then', async () => {
  expect(await toldBy(targetsAfter('d1', 'd2'), 'd2')).toEqual(['d1', '20', 20]);
  expect(await toldBy(targetsAfter('d1'), 'd1')).toEqual(['initial', '10', 10]);
});

test('one that a rollback brought back goes to what was before it, and not to what was rolled back', async () => {
  expect(await toldBy(targetsAfter('d1', 'd2', 'd1'), 'd1')).toEqual(['initial', '10', 10]);
  expect(await toldBy(targetsAfter('d1', 'd2', 'd3', 'd2'), 'd2')).toEqual(['d1', '20', 20]);
});

test('where another is named, what was seen is that of when it was live last', async () => {
  expect(await toldBy(targetsAfter('d1', 'd2', 'd3'), 'd3', 'd1')).toEqual(['d1', '20', 20]);
  expect(await toldBy(targetsAfter('d1', 'd2', 'd1', 'd3'), 'd3', 'd1')).toEqual(['d1', '40', 40]);
  expect(await toldBy(targetsAfter('d1', 'd2'), 'd2', 'initial')).toEqual(['initial', '10', 10]);
});

test('nothing is gone back to that never was live, or is the same', async () => {
  expect(await toldBy(targetsAfter('d1', 'd2'), 'd2', 'd9')).toBeNull();
  expect(await toldBy(targetsAfter('d1', 'd2'), 'd2', 'd2')).toBeNull();
});
