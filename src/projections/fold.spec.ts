import type { RecordedEvent } from '../events';
import { instant, integer, maximum, minimum, sum, text } from './columns';
import { dayOf, millisecondsBetween } from './days';
import { FoldFault, foldEntity, foldOwn, foldTotals, keyText, owns } from './fold';
import type { OwnRow, TotalsDelta } from './fold';
import { entity, totals } from './projection';

const event = (version: number, change: object = {}): RecordedEvent =>
  ({
    position: BigInt(version),
    stream: 'execution-one',
    version,
    type: 'HeartbeatReceived',
    data: { reason: null },
    occurredAt: `2026-01-08T22:0${String(version)}:00.000000Z`,
    ...change,
  }) as RecordedEvent;

const shown = {
  summary: 'Beats',
  time: 'first',
  sort: 'first',
  present: (row: object) => ({ ...row }),
  presented: {},
};

const beats = entity({
  ...shown,
  name: 'beats',
  version: 1,
  category: 'execution',
  key: 'id',
  columns: { id: text(), beats: integer(), first: instant() },
  opens: { HeartbeatReceived: ({ occurredAt }, id) => ({ id, beats: 1, first: occurredAt }) },
  changes: {
    HeartbeatReceived: (row) => ({ beats: row.beats + 1 }),
    ExecutionFailed: () => {
      throw new Error('no fold for sorrow');
    },
  },
});

describe('folding an entity', () => {
  const first = foldEntity(beats, undefined, event(1));

  test('an opening event makes the row, under the id of its stream', () => {
    const row = { id: 'one', beats: 1, first: '2026-01-08T22:01:00.000000Z' };
    expect(first).toEqual({ row, version: 1 });
  });

  test('a change folds the row', () => {
    expect(foldEntity(beats, first, event(2))).toMatchObject({ row: { beats: 2 }, version: 2 });
  });

  test('a change makes another row, with what it leaves as it is', () => {
    const { row } = foldEntity(beats, first, event(2));
    expect(row).toEqual({ id: 'one', beats: 2, first: '2026-01-08T22:01:00.000000Z' });
    expect(first).toMatchObject({ row: { beats: 1 }, version: 1 });
  });

  test('an event it does not name leaves the row, and moves its version', () => {
    const other = event(2, { type: 'ExecutionPaused' });
    expect(foldEntity(beats, first, other)).toEqual({ row: first.row, version: 2 });
  });

  test('an event that opens no row cannot come first', () => {
    const fold = (): unknown => foldEntity(beats, undefined, event(1, { type: 'ExecutionPaused' }));
    expect(fold).toThrow(FoldFault);
    expect(fold).toThrow(
      'beats cannot apply event 1 (ExecutionPaused): no row is there and ExecutionPaused opens none',
    );
  });

  test.each([1, 3])('event %p does not follow version 1', (version) => {
    expect(() => foldEntity(beats, first, event(version))).toThrow(/the row expects 2/);
  });

  test('a fold that throws says where', () => {
    const sad = event(2, { type: 'ExecutionFailed' });
    expect(() => foldEntity(beats, first, sad)).toThrow(
      'beats cannot apply event 2 (ExecutionFailed): no fold for sorrow',
    );
  });

  test('only streams of its category are its own', () => {
    expect(owns(beats, 'execution-one')).toBe(true);
    expect(owns(beats, 'executions-one')).toBe(false);
    expect(owns(beats, 'deployment-execution-one')).toBe(false);
    expect(owns(beats, 'pricebook-one')).toBe(false);
  });
});

describe('folding a row where it stands', () => {
  const opened = (): OwnRow => foldOwn(beats, undefined, event(1));

  test.each([
    ['a change', event(2)],
    ['an event it does not name', event(2, { type: 'ExecutionPaused' })],
  ])('%s makes the same of it as of another', (_what, next) => {
    const own = opened();
    const other = foldEntity(beats, opened(), next);
    expect(foldOwn(beats, own, next)).toBe(own);
    expect(own).toEqual(other);
  });

  test.each([
    ['a fold that throws', event(2, { type: 'ExecutionFailed' }), 'no fold for sorrow'],
    ['an event that does not follow', event(3), 'the row expects 2'],
  ])('%s leaves it as it is', (_what, next, cause) => {
    const own = opened();
    expect(() => foldOwn(beats, own, next)).toThrow(cause);
    expect(own).toEqual(opened());
  });

  test('of a part of a stream, versions only grow', () => {
    const own = foldOwn(beats, opened(), event(7), true);
    expect(own).toMatchObject({ row: { beats: 2 }, version: 7 });
  });
});

const reasons = totals({
  ...shown,
  name: 'reasons',
  version: 1,
  key: { reason: text(), day: text() },
  measures: { beats: sum(), first: minimum(), last: maximum() },
  contributes: {
    HeartbeatReceived: ({ data, occurredAt }) => [
      {
        key: { reason: data.reason ?? 'none', day: dayOf(occurredAt) },
        add: { beats: 1n, first: occurredAt, last: occurredAt },
      },
      { key: { reason: 'any', day: dayOf(occurredAt) }, add: { beats: 1n } },
    ],
  },
});

describe('folding totals', () => {
  const fold = (events: readonly RecordedEvent[]): TotalsDelta[] => {
    const deltas = new Map<string, TotalsDelta>();
    for (const one of events) foldTotals(reasons, deltas, one);
    return [...deltas.values()];
  };

  test('an event adds to every key it contributes to, by sum, min and max', () => {
    expect(fold([event(2), event(1), event(3)])).toEqual([
      {
        key: { reason: 'none', day: '2026-01-08' },
        add: {
          beats: 3n,
          first: '2026-01-08T22:01:00.000000Z',
          last: '2026-01-08T22:03:00.000000Z',
        },
      },
      { key: { reason: 'any', day: '2026-01-08' }, add: { beats: 3n } },
    ]);
  });

  test('an event it does not name contributes nothing', () => {
    expect(fold([event(1, { type: 'ExecutionPaused' })])).toEqual([]);
  });

  test('a contribution that fails says where', () => {
    const broken = event(4, { data: null });
    expect(() => fold([broken])).toThrow(FoldFault);
    expect(() => fold([broken])).toThrow(/reasons cannot apply event 4 \(HeartbeatReceived\)/);
  });

  test.each([
    ['beats', { beats: 0.5 }, 'beats cannot be 0.5 in reasons'],
    ['late', { late: 1n }, 'late is no column of reasons'],
  ])('a contribution to %s that cannot be merged adds nothing', (_what, add, cause) => {
    const key = { reason: 'any', day: '2026-01-08' };
    const contributes = () => [
      { key, add: { beats: 1n } },
      { key, add },
    ];
    const wrong = { ...reasons, contributes: { HeartbeatReceived: contributes } };
    const deltas = new Map<string, TotalsDelta>();
    expect(() => foldTotals(wrong as typeof reasons, deltas, event(1))).toThrow(cause);
    expect(deltas.size).toBe(0);
  });

  test('keys are told apart whatever characters they hold', () => {
    const keys = [
      { reason: 'a","b', day: 'c' },
      { reason: 'a', day: 'b","c' },
      { reason: 'a', day: 'b' },
    ];
    expect(new Set(keys.map((key) => keyText(reasons, key))).size).toBe(3);
    expect(keyText(reasons, { day: 'b', reason: 'a' })).toBe(keyText(reasons, keys[2]!));
  });
});

describe('time', () => {
  test('a day is that of UTC', () => {
    expect(dayOf('2026-01-08T23:59:59.999999Z')).toBe('2026-01-08');
  });

  test('between two instants there are whole milliseconds, and never fewer than none', () => {
    const at = (seconds: string): string => `2026-01-08T22:00:${seconds}Z`;
    expect(millisecondsBetween(at('00.000000'), at('02.500900'))).toBe(2_500);
    expect(millisecondsBetween(at('02.000000'), at('00.000000'))).toBe(0);
  });
});
