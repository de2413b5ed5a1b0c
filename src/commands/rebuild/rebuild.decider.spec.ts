import { rulesOf } from '../../../test/harness/given-when-then';
import { rebuildCommands } from './rebuild.commands';
import type { RebuildCommand } from './rebuild.commands';
import { rebuild } from './rebuild.decider';
import type { RebuildEvent } from './rebuild.state';

const { given, told } = rulesOf(rebuild, { underWay: [], howFar: 'bulk-fold, 12 of 40 events' });
const beside = rulesOf(rebuild, {
  underWay: [{ rebuildId: 'first', projections: ['roi-executions', 'roi-totals'] }],
  howFar: null,
});

const id = { rebuildId: 'r1' };
const start: RebuildCommand = {
  type: 'StartRebuild',
  ...id,
  projections: ['roi-totals'],
  cutover: 'auto',
  dryRun: false,
  scope: {},
};
const started: RebuildEvent = {
  type: 'RebuildStarted',
  data: {
    projections: ['roi-totals'],
    cutover: 'auto',
    dryRun: false,
    scope: null,
    maxEventsPerSecond: null,
  },
};
const pause: RebuildCommand = { type: 'PauseRebuild', ...id, reason: 'the disk is busy' };
const resume: RebuildCommand = { type: 'ResumeRebuild', ...id };
const cancel: RebuildCommand = { type: 'CancelRebuild', ...id };
const goLive: RebuildCommand = { type: 'CutOverRebuild', ...id, accept: [] };
const accept: RebuildCommand = { ...goLive, accept: ['roi-totals'], reason: 'prices were mended' };
const hold: RebuildCommand = {
  type: 'HoldRebuild',
  ...id,
  why: 'differences',
  projections: ['roi-totals'],
};
const generations = [
  {
    projection: 'roi-totals',
    from: 'roi_totals_v3_1',
    to: 'roi_totals_v3_2',
    position: '40',
    ledgerHash: 'ab',
  },
];
const recordCutOver: RebuildCommand = { type: 'RecordCutOver', ...id, generations };
const complete: RebuildCommand = {
  type: 'CompleteRebuild',
  ...id,
  outcome: 'cut-over',
  summary: [],
};
const fail: RebuildCommand = { type: 'FailRebuild', ...id, cause: 'no disk' };

const paused: RebuildEvent = { type: 'RebuildPaused', data: { reason: 'the disk is busy' } };
const resumed: RebuildEvent = { type: 'RebuildResumed', data: { reason: null } };
const cancelled: RebuildEvent = { type: 'RebuildCancelled', data: { reason: null } };
const waits: RebuildEvent = {
  type: 'RebuildWaits',
  data: { why: 'differences', projections: ['roi-totals'] },
};
const waitsForWord: RebuildEvent = { ...waits, data: { ...waits.data, why: 'manual' } };
const requested: RebuildEvent = {
  type: 'RebuildCutOverRequested',
  data: { accept: ['roi-totals'], reason: 'prices were mended' },
};
const live: RebuildEvent = { type: 'RebuildCutOver', data: { generations } };
const completed: RebuildEvent = {
  type: 'RebuildCompleted',
  data: { outcome: 'cut-over', summary: [] },
};
const failed: RebuildEvent = { type: 'RebuildFailed', data: { cause: 'no disk' } };

const nothing = {
  fromPosition: null,
  toPosition: null,
  since: null,
  until: null,
  streams: null,
  types: null,
  deployments: null,
};

describe('the start of a rebuild', () => {
  it('says all that is to be known of it', () => {
    given().when(start).then(started);
    given()
      .when({ ...start, scope: { types: ['LlmCallRecorded'] }, maxEventsPerSecond: 500 })
      .then({
        type: 'RebuildStarted',
        data: {
          ...started.data,
          scope: { ...nothing, types: ['LlmCallRecorded'] },
          maxEventsPerSecond: 500,
        },
      });
  });

  it('is of the whole where its scope bounds nothing', () => {
    given()
      .when({ ...start, scope: { fromPosition: '1' } })
      .then(started);
    for (const scope of [{ fromPosition: '2' }, { toPosition: '1' }]) {
      given()
        .when({ ...start, scope })
        .then({
          type: 'RebuildStarted',
          data: { ...started.data, scope: { ...nothing, ...scope } },
        });
    }
  });

  it('leaves out the work of a deployment only in a dry run of the whole', () => {
    const without = { ...start, without: 'd7' };
    const scoped = { ...without, dryRun: true, scope: { toPosition: '9' } };
    for (const command of [without, scoped]) {
      given()
        .when(command)
        .refused('rebuild-not-a-what-if', /the work of d7 .* ask for a dry run of the whole/);
    }
    given()
      .when({ ...without, dryRun: true })
      .then({
        type: 'RebuildStarted',
        data: { ...started.data, dryRun: true, without: 'd7' },
      });
  });

  it('happens once', () => {
    given(started)
      .when(start)
      .refused('rebuild-already-started', /running/);
  });

  it('waits for the end of another one of a same projection, which it names', () => {
    beside
      .given()
      .when({ ...start, projections: ['style-usage', 'roi-totals'] })
      .refused('rebuild-under-way', /^rebuild first of roi-totals is under way/);
    beside
      .given()
      .when({ ...start, projections: ['style-usage'] })
      .then({ type: 'RebuildStarted', data: { ...started.data, projections: ['style-usage'] } });
  });
});

it('rests and goes on, however often it is told', () => {
  given(started).when(pause).then(paused);
  given(started, paused).when(pause).then();
  given(started, paused).when(resume).then(resumed);
  given(started, paused, resumed).when(resume).then();
  given(started, paused).when(hold).refused('rebuild-paused', /rests/);
});

describe('a rebuild that waits', () => {
  it('does so once it is built', () => {
    given(started).when(hold).then(waits);
    given(started, waits).when(hold).then();
  });

  it('can neither be paused nor resumed', () => {
    for (const command of [pause, resume]) {
      given(started, waits)
        .when(command)
        .refused('rebuild-waiting', /cut it over, or cancel it/);
    }
  });

  it('goes live when it is told', () => {
    given(started, waitsForWord)
      .when(goLive)
      .then({ type: 'RebuildCutOverRequested', data: { accept: [], reason: null } });
  });

  it('goes live with differences only where each is accepted by name', () => {
    given(started, waits)
      .when(goLive)
      .refused('differences-unexplained', /^roi-totals: differs .* with a reason/);
    given(started, waits).when(accept).then(requested);
  });

  it('does not take a name that it does not rebuild', () => {
    given(started, waits)
      .when({ ...accept, accept: ['roi-totals', 'style-usage'] })
      .refused('projection-not-rebuilt', /^style-usage .*: roi-totals$/);
  });

  it('may wait again, should something else differ', () => {
    given(started, waits, requested).when(hold).then(waits);
  });
});

it('does not go live before it waits, and says how far it is', () => {
  given(started)
    .when(goLive)
    .refused('rebuild-not-waiting', /running \(bulk-fold, 12 of 40 events\)/);
  given(started, paused)
    .when(goLive)
    .refused('rebuild-not-waiting', /paused/);
});

test.each([
  ['a dry run', { dryRun: true }, /dry run/],
  ['a scoped one', { scope: { ...nothing, types: ['x'] } }, /what-if and cannot be taken live/],
])('%s never goes live', (_which, asked, detail) => {
  const one: RebuildEvent = { type: 'RebuildStarted', data: { ...started.data, ...asked } };
  given(one, waits).when(accept).refused('rebuild-never-live', detail);
  given(one, completed).when(goLive).refused('rebuild-never-live', detail);
});

describe('a rebuild that went live', () => {
  it('says so once', () => {
    given(started).when(recordCutOver).then(live);
    given(started, paused).when(recordCutOver).then(live);
    given(started, live).when(recordCutOver).then();
    given(started, live).when(goLive).then();
  });

  it('cannot be cancelled any more', () => {
    given(started, live)
      .when(cancel)
      .refused('rebuild-live', /revert/);
  });

  it('stays so where it was cancelled at the same moment, and ends', () => {
    given(started, cancelled).when(recordCutOver).then(live);
    given(started, cancelled, live).when(complete).then(completed);
  });
});

test.each<[string, RebuildEvent[]]>([
  ['running', [started]],
  ['paused', [started, paused]],
  ['waiting', [started, waits]],
])('a %s rebuild may be ended', (_status, history) => {
  given(...history)
    .when(cancel)
    .then(cancelled);
  given(...history)
    .when(complete)
    .then(completed);
  given(...history)
    .when(fail)
    .then(failed);
});

const endings = [
  { end: cancel, event: cancelled, status: 'cancelled' },
  { end: complete, event: completed, status: 'completed' },
  { end: fail, event: failed, status: 'failed' },
];

test.each(endings)('a $status rebuild stays so', ({ end, event, status }) => {
  given(started, event).when(end).then();
  const others = endings.filter((other) => other.end !== end).map((other) => other.end);
  for (const command of [pause, resume, goLive, hold, ...others]) {
    given(started, event).when(command).refused('rebuild-ended', new RegExp(status));
  }
});

test('what has ended otherwise did not go live', () => {
  given(started, failed)
    .when(recordCutOver)
    .refused('rebuild-ended', /failed/);
});

test('every command has its sentences above', () => {
  expect([...told.commands].sort()).toEqual(Object.keys(rebuildCommands).sort());
});
