import fc from 'fast-check';
import type { StoredEvent } from '../events/event-metadata';
import type { IsVoid, Met } from '../events/voiding';
import { instant, integer, sum, text } from './columns';
import { foldEntity, foldSunk, foldTotals, keyText } from './fold';
import type { EntityRow, TotalsDelta } from './fold';
import { ParkingLot, orderIn } from './parking-lot';
import type { Folding, ParkedEvent, ParkedPlace } from './parking-lot';
import { entity, totals } from './projection';
import type { Entity, Totals } from './projection';

/** Whether the code has the fix for beats that are poison. */
let isFixed = false;
beforeEach(() => {
  isFixed = false;
});

const taste = (reason: string | null): void => {
  if (reason === 'poison' && !isFixed) throw new Error('poison');
};

const presentation = { summary: 'Beats', presented: {}, present: (row: object) => ({ ...row }) };

const beats: Entity = entity({
  ...presentation,
  name: 'beats',
  version: 1,
  category: 'execution',
  key: 'executionId',
  time: 'startedAt',
  sort: 'startedAt',
  columns: { executionId: text(), beats: text(), startedAt: instant(), count: integer() },
  opens: {
    HeartbeatReceived: ({ data, occurredAt }, executionId) => {
      taste(data.reason);
      return { executionId, beats: data.reason ?? '', startedAt: occurredAt, count: 1 };
    },
  },
  changes: {
    HeartbeatReceived: (row, { data }) => {
      taste(data.reason);
      return { ...row, beats: `${row.beats} ${data.reason ?? ''}`, count: row.count + 1 };
    },
  },
});

const sums: Totals = totals({
  ...presentation,
  name: 'sums',
  version: 1,
  time: 'stream',
  sort: 'stream',
  key: { stream: text() },
  measures: { beats: sum() },
  contributes: {
    HeartbeatReceived: ({ stream, data }) => {
      taste(data.reason);
      return [{ key: { stream }, add: { beats: 1n } }];
    },
  },
});

const isEntity = (projection: Entity | Totals): projection is Entity =>
  projection.kind === 'entity';

/** A generation in memory: its rows, and what it has parked. */
class Generation implements Folding {
  readonly rows = new Map<string, EntityRow>();
  readonly totals = new Map<string, TotalsDelta>();
  readonly parked = new Map<bigint, ParkedPlace>();

  constructor(
    private readonly projection: Entity | Totals,
    private readonly ledger: readonly StoredEvent[],
    private readonly isVoid: IsVoid = () => false,
    private readonly hasMet: () => boolean = () => false,
  ) {}

  fold(event: Parameters<Folding['fold']>[0]): void {
    if (!isEntity(this.projection)) foldTotals(this.projection, this.totals, event);
    else {
      const before = this.rows.get(event.stream);
      this.rows.set(event.stream, foldEntity(this.projection, before, event));
    }
  }

  sink(event: Parameters<Folding['sink']>[0]): void {
    if (!isEntity(this.projection)) foldSunk(this.projection, this.totals, event);
  }

  passOver({ stream, version }: StoredEvent): void {
    const row = this.rows.get(stream);
    if (row !== undefined) this.rows.set(stream, { ...row, version });
  }

  /** As a transaction would: what is parked is read, as far as it has to be, and what has changed of it written. */
  take(events: readonly StoredEvent[]): void {
    const ordered = events.flatMap((event) => orderIn(event)?.data.stream ?? []);
    const waiting = new Set<string>();
    const known: ParkedEvent[] = [...this.parked.values()]
      .map((place) => ({ ...place, event: this.ledger[Number(place.position) - 1]! }))
      .sort((left, right) => Number(left.position - right.position))
      .filter(({ event: { stream }, isSkipped }) => {
        if (isSkipped || ordered.includes(stream)) return true;
        const isFirst = !waiting.has(stream);
        waiting.add(stream);
        return isFirst;
      });
    const lot = new ParkingLot(this.projection, this, known, this.isVoid, this.hasMet);
    for (const event of events) lot.take(event);
    const { parked, gone } = lot.changes();
    for (const position of gone) this.parked.delete(position);
    for (const place of parked) this.parked.set(place.position, place);
  }

  /** What it has come to, as it can be compared. */
  state(): unknown {
    const waiting = [...this.parked.values()].filter(({ isSkipped }) => !isSkipped);
    return {
      rows: [...this.rows].sort(([left], [right]) => (left < right ? -1 : 1)),
      totals: [...this.totals].sort(([left], [right]) => (left < right ? -1 : 1)),
      waiting: waiting.map(({ position }) => position).sort(),
    };
  }
}

const meta = {
  eventId: '01900000-0000-7000-8000-000000000000',
  schemaVersion: 1,
  deploymentId: 'd',
  correlationId: 'c',
  causationId: null,
  actor: 'a',
  occurredAt: '2026-01-08T22:32:15.550791Z',
  recordedAt: '2026-01-08T22:32:15.550791Z',
};

type Step =
  | { readonly beat: string; readonly stream: number }
  | { readonly word: 'retry' | 'skip'; readonly stream: number };

/** A ledger of beats and words about them, for both projections. */
const ledgerOf = (steps: readonly Step[]): StoredEvent[] => {
  const versions = new Map<string, number>();
  const poison = new Map<string, string[]>();
  return steps.map((step, index): StoredEvent => {
    const position = BigInt(index + 1);
    const subject = `execution-${String(step.stream)}`;
    const stream = 'beat' in step ? subject : 'parking-both';
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    const place = { ...meta, position, stream, version };
    if ('beat' in step) {
      const unknown = step.beat === 'unknown';
      const isBad = unknown || step.beat === 'poison';
      if (isBad) poison.set(stream, [...(poison.get(stream) ?? []), String(position)]);
      const type = unknown ? 'NeverHeardOf' : 'HeartbeatReceived';
      return { ...place, type, data: { reason: step.beat } };
    }
    const both = { projection: 'both', stream: subject };
    if (step.word === 'retry') return { ...place, type: 'ParkedStreamRetried', data: both };
    const data = { ...both, positions: poison.get(subject) ?? [], reason: 'r' };
    return { ...place, type: 'ParkedEventsSkipped', data };
  });
};

const named = (projection: Entity | Totals) => ({ ...projection, name: 'both' });
const both = [named(beats), named(sums)] as const;

const anySteps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        beat: fc.constantFrom('good', 'fine', 'poison', 'unknown'),
        stream: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        word: fc.constantFrom('retry' as const, 'skip' as const),
        stream: fc.integer({ min: 1, max: 3 }),
      }),
    },
  ),
  { maxLength: 30 },
);

const beat = (reason: string, stream = 1): Step => ({ beat: reason, stream });

test('an entity parks all of a stream from the first event that it cannot apply', () => {
  const ledger = ledgerOf([beat('good'), beat('poison'), beat('fine'), beat('good', 2)]);
  const generation = new Generation(both[0], ledger);
  generation.take(ledger);
  expect([...generation.parked.values()]).toEqual([
    {
      position: 2n,
      stream: 'execution-1',
      cause: expect.stringMatching(/poison/),
      isSkipped: false,
    },
    { position: 3n, stream: 'execution-1', cause: null, isSkipped: false },
  ]);
  expect(generation.rows.get('execution-1')?.row['beats']).toBe('good');
  expect(generation.rows.get('execution-2')?.row['beats']).toBe('good');
});

describe('an event that is void', () => {
  const voidAt =
    (...positions: bigint[]) =>
    ({ position }: Met): boolean =>
      positions.includes(position);

  test('is passed over, whether or not it could be applied', () => {
    const ledger = ledgerOf([beat('good'), beat('poison'), beat('unknown'), beat('fine')]);
    const generation = new Generation(both[0], ledger, voidAt(2n, 3n));
    generation.take(ledger);
    expect([...generation.parked.values()]).toEqual([]);
    expect(generation.rows.get('execution-1')).toMatchObject({
      version: 4,
      row: { beats: 'good fine', count: 2 },
    });
  });

  test('waits its turn behind one that is parked', () => {
    const steps = [beat('good'), beat('poison'), beat('fine'), beat('good')];
    const ledger = ledgerOf([...steps, { word: 'retry', stream: 1 } as const]);
    const generation = new Generation(both[0], ledger, voidAt(3n));
    generation.take(ledger.slice(0, 4));
    expect([...generation.parked.keys()]).toEqual([2n, 3n, 4n]);
    isFixed = true;
    generation.take(ledger.slice(4));
    expect([...generation.parked.keys()]).toEqual([]);
    expect(generation.rows.get('execution-1')).toMatchObject({
      version: 4,
      row: { beats: 'good poison good', count: 3 },
    });
  });

  test('leaves in sums what is sunk, and nothing else', () => {
    const projection: Totals = {
      ...(both[1] as Totals),
      measures: { beats: sum(), lost: sum() },
      sunk: { HeartbeatReceived: ({ stream }) => [{ key: { stream }, add: { lost: 1n } }] },
    };
    const ledger = ledgerOf([beat('good'), beat('fine'), beat('unknown')]);
    const generation = new Generation(projection, ledger, voidAt(2n, 3n));
    generation.take(ledger);
    expect([...generation.parked.values()]).toEqual([]);
    const key = keyText(projection, { stream: 'execution-1' });
    expect(generation.totals.get(key)?.add).toEqual({ beats: 1n, lost: 1n });
  });
});

test('sums park the event alone', () => {
  const ledger = ledgerOf([beat('good'), beat('poison'), beat('unknown'), beat('fine')]);
  const generation = new Generation(both[1], ledger);
  generation.take(ledger);
  expect([...generation.parked.keys()]).toEqual([2n, 3n]);
  const key = keyText(both[1] as Totals, { stream: 'execution-1' });
  expect(generation.totals.get(key)?.add).toEqual({ beats: 2n });
});

test('an entity whose first event is left out has no row', () => {
  const ledger = ledgerOf([
    beat('poison'),
    beat('good'),
    { word: 'skip', stream: 1 } as const,
    beat('fine'),
  ]);
  const generation = new Generation(both[0], ledger);
  generation.take(ledger);
  expect(generation.state()).toMatchObject({ rows: [], waiting: [] });
});

test('what was applied before a word to skip it is in the rows, and not left out of them', () => {
  const steps = [beat('poison'), beat('good'), beat('poison')];
  const ledger = ledgerOf([...steps, { word: 'skip', stream: 1 } as const, beat('fine')]);
  isFixed = true;
  for (const projection of both) {
    const generation = new Generation(projection, ledger, undefined, () => true);
    generation.take(ledger);
    expect([...generation.parked.values()]).toEqual([]);
  }
});

test('what waits when the word to skip it comes is left out', () => {
  const ledger = ledgerOf([beat('good'), beat('poison'), { word: 'skip', stream: 1 } as const]);
  for (const projection of both) {
    const generation = new Generation(projection, ledger, undefined, () => true);
    generation.take(ledger.slice(0, 2));
    generation.take(ledger.slice(2));
    expect([...generation.parked.values()]).toMatchObject([{ position: 2n, isSkipped: true }]);
  }
});

test('a stream goes on behind what is left out of it', () => {
  const skip = { word: 'skip', stream: 1 } as const;
  const ledger = ledgerOf([beat('good'), beat('poison'), beat('fine'), skip, beat('good')]);
  const generation = new Generation(both[0], ledger);
  generation.take(ledger);
  expect([...generation.parked.keys()]).toEqual([2n]);
  expect(generation.rows.get('execution-1')).toMatchObject({
    version: 4,
    row: { beats: 'good fine good', count: 3 },
  });
});

test('a word to skip is of what it names, and not of what cannot be applied later', () => {
  const skip = { word: 'skip', stream: 1 } as const;
  const later = ledgerOf([beat('good'), beat('poison'), skip, beat('poison')]);
  const alone = ledgerOf([beat('poison'), skip, beat('fine'), beat('poison')]);
  for (const [projection, ledger] of [
    [both[0], later],
    [both[1], alone],
  ] as const) {
    const generation = new Generation(projection, ledger);
    generation.take(ledger);
    expect([...generation.parked.values()].map(({ isSkipped }) => isSkipped)).toEqual([
      true,
      false,
    ]);
  }
});

test('what is no fault of the event is none of its parking', () => {
  const ledger = ledgerOf([beat('good')]);
  const folding = new Generation(both[0], ledger);
  folding.fold = () => {
    throw new RangeError('out of memory');
  };
  const lot = new ParkingLot(both[0], folding);
  expect(() => lot.take(ledger[0]!)).toThrow('out of memory');
});

test('what is met behind the word to skip it, and can be applied after all, is not left out', () => {
  const skip = { word: 'skip', stream: 1 } as const;
  const ledger = ledgerOf([beat('poison'), beat('good'), beat('poison', 2), skip]);
  isFixed = true;
  for (const projection of both) {
    const generation = new Generation(projection, ledger);
    generation.take(ledger.slice(3));
    expect([...generation.parked.values()]).toMatchObject([{ position: 1n, isSkipped: true }]);
    generation.take(ledger.slice(0, 3));
    expect([...generation.parked.values()]).toEqual([]);
  }
});

test('counts what waits, until it is applied', () => {
  const steps = [beat('poison'), beat('fine'), beat('good'), beat('poison', 2)];
  const ledger = ledgerOf([...steps, { word: 'retry', stream: 1 }]);
  const lot = new ParkingLot(both[0], new Generation(both[0], ledger));
  for (const event of ledger.slice(0, 4)) lot.take(event);
  expect(lot.waits).toBe(4);
  isFixed = true;
  lot.take(ledger[4]!);
  expect(lot.waits).toBe(1);
  expect(lot.firstParked).toMatchObject({ position: 4n, stream: 'execution-2' });
});

test('it does not matter how events come in batches', () => {
  fc.assert(
    fc.property(
      anySteps,
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 30 }),
      (steps, sizes) => {
        const ledger = ledgerOf(steps);
        for (const projection of both) {
          const [whole, cut] = [0, 1].map(() => new Generation(projection, ledger));
          whole!.take(ledger);
          for (let at = 0, turn = 0; at < ledger.length; turn += 1) {
            const size = sizes[turn % sizes.length]!;
            cut!.take(ledger.slice(at, at + size));
            at += size;
          }
          expect(cut!.state()).toEqual(whole!.state());
        }
      },
    ),
  );
});

test('it does not matter whether a stream or the words about it come first', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      const ledger = ledgerOf(steps);
      const words = ledger.filter(({ stream }) => stream === 'parking-both');
      const skips = words.filter(({ type }) => type === 'ParkedEventsSkipped');
      for (const projection of both) {
        const [inOrder, ahead] = [0, 1].map(() => new Generation(projection, ledger));
        inOrder!.take(ledger);
        inOrder!.take(skips);
        ahead!.take(words);
        ahead!.take(ledger.filter((event) => !words.includes(event)));
        expect(ahead!.state()).toEqual(inOrder!.state());
      }
    }),
  );
});

test('after a fix all that was parked and not left out is applied, in order', () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      isFixed = false;
      const known = steps.map((step) =>
        'beat' in step ? { ...step, beat: step.beat.replace('unknown', 'good') } : step,
      );
      const retries = [1, 2, 3].map((stream): Step => ({ word: 'retry', stream }));
      const beatsOnly = known.filter((step) => 'beat' in step);
      const ledger = ledgerOf([...beatsOnly, ...retries]);
      for (const projection of both) {
        isFixed = false;
        const [mended, never] = [0, 1].map(() => new Generation(projection, ledger));
        mended!.take(ledger.slice(0, beatsOnly.length));
        isFixed = true;
        mended!.take(ledger.slice(beatsOnly.length));
        never!.take(ledger);
        expect(mended!.parked.size).toBe(0);
        expect(mended!.state()).toEqual(never!.state());
      }
    }),
  );
});
