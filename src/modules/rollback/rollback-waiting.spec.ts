import type { Check } from '../health/check';
import type { HealthService } from '../health/health.service';
import type { RebuildProgressReader } from '../rebuild/rebuild-progress';
import type { RebuildRecords } from '../rebuild/rebuild-records';
import type { Rollback } from './recorded-rollbacks';
import type { RehearsalRebuilds } from './rehearsal-rebuilds';
import { RollbackTroubles } from './rollback-troubles';
import { RollbackWaiting } from './rollback-waiting';

const open = ['renewal.7.1', 'rehearsal.r2', 'by-hand'];
const degraded: Check = { status: 'degraded', detail: 'b:9092: connection refused' };

const troubles = new RollbackTroubles();

const waitingWith = (fault: string | null, checks: Readonly<Record<string, Check>>) =>
  new RollbackWaiting(
    { open: () => Promise.resolve({ running: open, open }) } as unknown as RebuildRecords,
    {
      read: () => Promise.resolve({ step: 'catch-up', fault }),
    } as unknown as RebuildProgressReader,
    { feeds: () => Promise.resolve(checks) } as unknown as HealthService,
    troubles,
    { idOf: (id: string) => Promise.resolve(`rehearsal.${id}`) } as unknown as RehearsalRebuilds,
  );

const before = [
  'verify-state',
  'check-target',
  'stop-work',
  'switch',
  'verify-dependencies',
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

test('a rollback whose read models nobody builds waits for the broker that feeds them', async () => {
  const waiting = waitingWith(null, { kafka: degraded });
  const told = 'kafka is degraded: b:9092: connection refused';
  expect(await waiting.of(rollback({ rollbackId: 'r3', isRehearsal: true }))).toBe(told);
  const healthDue = rollback({ taken: [...before, 'restore-read-models'] });
  expect(await waiting.of(healthDue)).toBe(told);
});

test('a rollback tells at any step why it does not go on, and whether the database is away', async () => {
  troubles.say('r1', 'there are too many connections');
  const away: Check = { status: 'unhealthy', detail: 'no answer within 2 s' };
  const waiting = waitingWith(null, { database: away, kafka: degraded });
  expect(await waiting.of(rollback({ taken: [] }))).toBe(
    'there are too many connections; database is unhealthy: no answer within 2 s',
  );
  troubles.end('r1');
});

test('nothing is waited for at steps that need no broker, or by a rollback that is over', async () => {
  const waiting = waitingWith(null, { kafka: degraded });
  expect(await waiting.of(rollback({ taken: before.slice(1) }))).toBeNull();
  expect(await waiting.of(rollback({ status: 'completed' }))).toBeNull();
  expect(await waiting.of(rollback({ status: 'failed' }))).toBeNull();
});
