import type { Check } from '../health/check';
import type { HealthService } from '../health/health.service';
import type { RebuildProgressReader } from '../rebuild/rebuild-progress';
import type { RebuildRecords } from '../rebuild/rebuild-records';
import type { Rollback } from './recorded-rollbacks';
import { RollbackWaiting } from './rollback-waiting';

const open = ['renewal.7.1', 'rehearsal.r2', 'by-hand'];
const degraded: Check = { status: 'degraded', detail: 'b:9092: connection refused' };

const waitingWith = (fault: string | null, checks: Readonly<Record<string, Check>>) =>
  new RollbackWaiting(
    { open: () => Promise.resolve({ running: open, open }) } as unknown as RebuildRecords,
    {
      read: () => Promise.resolve({ step: 'catch-up', fault }),
    } as unknown as RebuildProgressReader,
    { feeds: () => Promise.resolve(checks) } as unknown as HealthService,
  );

const before = [
  ...['verify-state', 'check-target', 'stop-work', 'switch', 'verify-dependencies'],
] as const;
const rollback = (more: Partial<Rollback> = {}): Rollback =>
  ({ rollbackId: 'r1', status: 'running', isRehearsal: false, taken: before, ...more }) as Rollback;

test('a rollback tells how far its read models are, and what is in the way', async () => {
  const waiting = waitingWith(null, { database: { status: 'healthy' }, kafka: degraded });
  expect(await waiting.of(rollback())).toBe(
    'rebuild renewal.7.1 is at catch-up; kafka is degraded: b:9092: connection refused',
  );
});

test('a rehearsal tells of its own', async () => {
  const waiting = waitingWith('the disk is full', { kafka: { status: 'healthy' } });
  const rehearsal = { rollbackId: 'r2', isRehearsal: true };
  expect(await waiting.of(rollback(rehearsal))).toBe(
    'rebuild rehearsal.r2 is at catch-up: the disk is full',
  );
});

test('nothing is waited for at other steps, by a rollback that is over, or without a rebuild', async () => {
  const waiting = waitingWith(null, { kafka: degraded });
  expect(await waiting.of(rollback({ taken: before.slice(1) }))).toBeNull();
  expect(await waiting.of(rollback({ status: 'completed' }))).toBeNull();
  expect(await waiting.of(rollback({ rollbackId: 'r3', isRehearsal: true }))).toBeNull();
});
