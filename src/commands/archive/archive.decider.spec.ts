import { rulesOf } from '../../../test/harness/given-when-then';
import { archiveCommands } from './archive.commands';
import type { ArchiveCommand } from './archive.commands';
import { archive } from './archive.decider';
import type { ArchiveEvent } from './archive.decider';

const bounds = { firstPosition: '1', lastPosition: '1000' };
const { given, told } = rulesOf(archive, { partition: { ...bounds, isSealed: true } });
const open = rulesOf(archive, { partition: { ...bounds, isSealed: false } });
const unknown = rulesOf(archive, { partition: null });

const id = { partition: 'events_1' };
const hash = 'a'.repeat(64);
const start: ArchiveCommand = { type: 'StartArchive', ...id, again: false, dryRun: false };
const again: ArchiveCommand = { ...start, again: true };
const cancel: ArchiveCommand = { type: 'CancelArchive', ...id, reason: 'not now' };
const reached = {
  events: 1_000,
  files: 4,
  bytes: 9_000,
  manifestHash: hash,
  hashBefore: hash,
  hashAfter: hash,
};
const complete: ArchiveCommand = { type: 'CompleteArchive', ...id, ...reached };
const fail: ArchiveCommand = { type: 'FailArchive', ...id, cause: 'the hashes differ' };

const started: ArchiveEvent = {
  type: 'ArchiveStarted',
  data: { ...id, ...bounds, maxEventsPerSecond: null },
};
const cancelled: ArchiveEvent = { type: 'ArchiveCancelled', data: { reason: 'not now' } };
const completed: ArchiveEvent = { type: 'ArchiveCompleted', data: reached };
const failed: ArchiveEvent = { type: 'ArchiveFailed', data: { cause: 'the hashes differ' } };

test('an export begins with the bounds of its partition', () => {
  given().when(start).then(started);
  given()
    .when({ ...start, maxEventsPerSecond: 500 })
    .then({ type: 'ArchiveStarted', data: { ...id, ...bounds, maxEventsPerSecond: 500 } });
});

test('only a partition that is there, and that nothing is added to any more, is exported', () => {
  open.given().when(start).refused('partition-open', /1000/);
  unknown
    .given()
    .when(start)
    .refused('partition-unknown', /events_1/);
});

test('one export of a partition goes on at a time', () => {
  given(started)
    .when(start)
    .refused('archive-already-started', /events_1/);
  given(started)
    .when(again)
    .refused('archive-already-started', /events_1/);
});

test('what is archived is replaced only where that is said', () => {
  given(started, completed).when(start).refused('archive-already-made', /again/);
  given(started, completed).when(again).then(started);
});

test('an attempt that came to nothing does not unmake what was archived before', () => {
  given(started, completed, started, cancelled)
    .when(start)
    .refused('archive-already-made', /again/);
});

test.each([
  ['cancelled', cancelled],
  ['failed', failed],
])('an export that is %s may begin anew', (_status, event) => {
  given(started, event).when(start).then(started);
});

const endings = [
  { end: cancel, event: cancelled, status: 'cancelled' },
  { end: complete, event: completed, status: 'completed' },
  { end: fail, event: failed, status: 'failed' },
];

test.each(endings)('an export that is $status stays so', ({ end, event, status }) => {
  given(started).when(end).then(event);
  given(started, event).when(end).then();
  for (const { end: other } of endings.filter((one) => one.end !== end)) {
    given(started, event).when(other).refused('archive-ended', new RegExp(status));
  }
});

test('every command has its sentences above', () => {
  expect([...told.commands].sort()).toEqual(Object.keys(archiveCommands).sort());
});
