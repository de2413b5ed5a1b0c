import fc from 'fast-check';
import { breakLineage, newLineage } from './append';
import type { Append, FirstUse, Ground, Outcome } from './append';
import { judge, trusting, useOf } from './judge';
import type { Findings } from './judge';
import { chainHash, digestOf } from './seal';
import type { Head } from './seal';

const head: Head = {
  position: 10n,
  hash: Buffer.alloc(32, 7),
  recordedAt: '2026-01-08T22:00:00.000000Z',
  activeDeployment: 'd7',
  voided: 5n,
};
const now = '2026-01-08T22:00:01.000000Z';

const event = (data = '{}') => ({ eventId: 'e', type: 'Happened', schemaVersion: 1, data });

const append = (stream: string, expected: number, change: Partial<Append> = {}): Append => ({
  stream,
  expected,
  lineage: newLineage(),
  step: 1,
  grounds: [],
  events: [event()],
  actor: 'service',
  deploymentId: null,
  correlationId: 'c',
  causationId: null,
  occurredAt: '2026-01-08T21:59:00.000000Z',
  idempotency: null,
  ...change,
});

const keyed = (key: string, bodyHash = 'b', keep = true): Partial<Append> => ({
  idempotency: { key, bodyHash, keep },
});

const found = (
  versions: Record<string, number>,
  uses: Record<string, FirstUse> = {},
): Findings => ({
  versions: new Map(Object.entries(versions)),
  firstUses: new Map(Object.entries(uses).map(([key, use]) => [useOf('service', key), use])),
  position: head.position,
  voided: 0n,
});

const outcomesOf = (appends: readonly Append[], findings: Findings = trusting): Outcome[] => [
  ...judge(appends, head, findings, now).outcomes,
];
const kindsOf = (appends: readonly Append[], findings?: Findings): string[] =>
  outcomesOf(appends, findings).map(({ kind }) => kind);

describe('what this process wrote last', () => {
  const kindsAfter = (written: Record<string, number>, one: Append, findings = trusting) =>
    judge([one], head, findings, now, new Map(Object.entries(written))).outcomes[0];
  const resting = (expected: number): Append =>
    append('a', 0, { grounds: [{ stream: 'book', expected, lineage: newLineage(), step: 1 }] });

  test('is what decisions have to rest on, where nothing was looked up', () => {
    expect(kindsAfter({ book: 2 }, resting(2))).toMatchObject({ kind: 'appended' });
    expect(kindsAfter({ book: 2 }, resting(1))).toEqual({ kind: 'conflict', stream: 'book' });
    expect(kindsAfter({ a: 1 }, resting(1))).toEqual({ kind: 'conflict', stream: 'a' });
  });

  test('counts for less than what was looked up', () => {
    const others = found({ a: 0, book: 3 });
    expect(kindsAfter({ book: 2 }, resting(3), others)).toMatchObject({ kind: 'appended' });
  });

  test('comes of a batch', () => {
    const { versions } = judge([append('a', 0), append('b', 4)], head, trusting, now);
    expect(Object.fromEntries(versions)).toEqual({ a: 1, b: 5 });
  });
});

describe('work that was voided', () => {
  const voiding = append('deployment-d7', 3, {
    epoch: 5n,
    events: [{ ...event(), type: 'DeploymentVoided' }],
  });

  test('lets nothing come to be that was decided before', () => {
    const appends = [append('a', 3, { epoch: 5n }), append('b', 0, { epoch: 0n })];
    expect(outcomesOf(appends)[1]).toEqual({ kind: 'overtaken', epoch: 5n });
    expect(kindsOf(appends)).toEqual(['appended', 'overtaken']);
    expect(kindsOf(appends, { ...found({ a: 3 }), voided: 8n })).toEqual([
      'overtaken',
      'overtaken',
    ]);
  });

  test('is known to those behind it in its batch, and to the head', () => {
    const behind = append('a', 3, { epoch: 5n });
    const { outcomes, head: after } = judge([voiding, behind], head, trusting, now);
    expect(outcomes).toEqual([
      expect.objectContaining({ kind: 'appended', position: 11n }),
      { kind: 'overtaken', epoch: 11n },
    ]);
    expect(after.voided).toBe(11n);
  });

  test('and is reinstated is as it was to nobody who decided before that', () => {
    const events = [{ ...event(), type: 'DeploymentReinstated' }];
    const appends = [
      append('deployment-d7', 3, { epoch: 5n, events }),
      append('a', 3, { epoch: 5n }),
    ];
    expect(outcomesOf(appends)[1]).toEqual({ kind: 'overtaken', epoch: 11n });
  });

  test('is left to the commit where the decision knows of more than this head', () => {
    expect(kindsOf([append('a', 3, { epoch: 40n })])).toEqual(['appended']);
  });
});

describe('a batch', () => {
  test('is placed behind the head, densely and in order', () => {
    const { outcomes, events } = judge(
      [append('a', 0, { events: [event(), event()] }), append('b', 4), append('a', 2)],
      head,
      trusting,
      now,
    );
    expect(outcomes).toEqual([
      { kind: 'appended', version: 2, position: 11n, recordedAt: now },
      { kind: 'appended', version: 5, position: 13n, recordedAt: now },
      { kind: 'appended', version: 3, position: 14n, recordedAt: now },
    ]);
    expect(events.map(({ position, stream, version }) => [position, stream, version])).toEqual([
      [11n, 'a', 1],
      [12n, 'a', 2],
      [13n, 'b', 5],
      [14n, 'a', 3],
    ]);
  });

  test('is sealed by one hash over the one before and its digests', () => {
    const judged = judge([append('a', 0), append('b', 0)], head, trusting, now);
    expect(judged.events.map(({ digest }) => digest)).toEqual(judged.events.map(digestOf));
    expect(judged.head).toEqual({
      ...head,
      position: 12n,
      hash: chainHash(head.hash, judged.events.map(digestOf)),
      recordedAt: now,
    });
  });

  test('carries what each append says, and the active deployment where it names none', () => {
    const said = { deploymentId: 'd9', causationId: 'x', correlationId: 'y', actor: 'me' };
    const { events } = judge([append('a', 0), append('b', 0, said)], head, trusting, now);
    expect(events[0]).toMatchObject({ deploymentId: 'd7', causationId: null, actor: 'service' });
    expect(events[1]).toMatchObject(said);
  });

  test('is never recorded before what was recorded last, whatever the clock says', () => {
    const early = '2026-01-08T21:00:00.000000Z';
    const { events } = judge([append('a', 0)], head, trusting, early);
    expect(events[0]?.recordedAt).toBe(head.recordedAt);
  });

  test('of nothing but questions moves nothing', () => {
    const asks = [append('a', 3, { events: [] })];
    const judged = judge(asks, head, found({ a: 3 }), now);
    expect(judged).toMatchObject({ events: [], keys: [], head });
    expect(judged.outcomes).toEqual([
      { kind: 'appended', version: 3, position: 10n, recordedAt: now },
    ]);
  });

  test('of nothing but questions tells how far the ledger was when they were asked', () => {
    const asks = [append('a', 3, { events: [] })];
    const elsewhere = { ...found({ a: 3 }), position: 14n }; // another process has gone on
    expect(judge(asks, head, elsewhere, now).outcomes).toMatchObject([{ position: 14n }]);
  });
});

describe('expected versions', () => {
  test('that do not hold are conflicts, and their neighbours stand', () => {
    const batch = [append('a', 3), append('b', 1), append('c', 0)];
    expect(kindsOf(batch, found({ a: 3, b: 2, c: 0 }))).toEqual([
      'appended',
      'conflict',
      'appended',
    ]);
  });

  test('hold on top of what the batch itself appended', () => {
    const batch = [append('a', 3), append('a', 4), append('a', 4)];
    expect(kindsOf(batch, found({ a: 3 }))).toEqual(['appended', 'appended', 'conflict']);
  });

  test('of a question are proven as well', () => {
    const ask = append('a', 4, { events: [] });
    expect(kindsOf([append('a', 3), ask], found({ a: 3 }))).toEqual(['appended', 'appended']);
    expect(kindsOf([ask], found({ a: 3 }))).toEqual(['conflict']);
  });

  test('are taken at their word where nothing was asked, once for each stream', () => {
    expect(kindsOf([append('a', 7), append('a', 7)])).toEqual(['appended', 'conflict']);
  });
});

describe('keys', () => {
  const use: FirstUse = { bodyHash: 'b', stream: 'z', version: 9, position: 4n, eventCount: 2 };

  test('are kept with what they led to', () => {
    const { keys } = judge([append('a', 2, keyed('k'))], head, trusting, now);
    const firstUse = { bodyHash: 'b', stream: 'a', version: 3, position: 11n, eventCount: 1 };
    expect(keys).toEqual([{ actor: 'service', key: 'k', firstUse }]);
  });

  test('are kept where nothing had to change', () => {
    const nothing = append('a', 2, { ...keyed('k'), events: [] });
    const { keys, head: after } = judge([nothing], head, found({ a: 2 }), now);
    expect(keys).toMatchObject([{ firstUse: { version: 2, position: 10n, eventCount: 0 } }]);
    expect(after.position).toBe(10n);
  });

  test('stay free where the command was refused', () => {
    const refused = append('a', 2, { ...keyed('k', 'b', false), events: [] });
    const { keys, outcomes } = judge([refused, append('a', 2, keyed('k'))], head, trusting, now);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['appended', 'appended']);
    expect(keys).toHaveLength(1);
  });

  test('that came before with the same body are duplicates of the first use', () => {
    expect(outcomesOf([append('a', 2, keyed('k'))], found({}, { k: use }))).toEqual([
      { kind: 'duplicate', first: use },
    ]);
  });

  test('that an earlier version kept of the same body are duplicates, too', () => {
    const idempotency = { key: 'k', bodyHash: 'as of now', formerHash: () => 'b', keep: true };
    expect(outcomesOf([append('a', 2, { idempotency })], found({}, { k: use }))).toEqual([
      { kind: 'duplicate', first: use },
    ]);
  });

  test('that came before with another body are refused', () => {
    expect(kindsOf([append('a', 2, keyed('k', 'other'))], found({}, { k: use }))).toEqual([
      'key-reused',
    ]);
  });

  test('that come twice in one batch are decided again, and then find the first use', () => {
    const batch = [append('a', 2, keyed('k')), append('b', 2, keyed('k'))];
    expect(kindsOf(batch)).toEqual(['appended', 'conflict']);
  });

  test('of two actors do not meet', () => {
    const other = { ...keyed('k'), actor: 'operator' };
    expect(kindsOf([append('a', 2, keyed('k')), append('b', 2, other)])).toEqual([
      'appended',
      'appended',
    ]);
  });
});

describe('what was decided on an append that did not come to be', () => {
  const lineage = newLineage();
  const on = (step: number, change: Partial<Append> = {}): Partial<Append> => ({
    lineage,
    step,
    ...change,
  });

  test('does not come to be either, even where its expected version fits by chance', () => {
    const batch = [append('a', 3, on(1)), append('a', 4, on(2)), append('a', 5, on(3))];
    expect(kindsOf(batch, found({ a: 4 }))).toEqual(['conflict', 'conflict', 'conflict']);
  });

  test('leaves no gap where nothing was asked of the database', () => {
    const use: FirstUse = { bodyHash: 'b', stream: 'a', version: 9, position: 4n, eventCount: 1 };
    const batch = [append('a', 3, on(1, keyed('k'))), append('a', 4, on(2))];
    const asked = found({}, { k: use });
    expect(kindsOf(batch, asked)).toEqual(['duplicate', 'conflict']);
    const reused = [append('a', 3, on(1, keyed('k', 'other'))), append('a', 4, on(2))];
    expect(kindsOf(reused, asked)).toEqual(['key-reused', 'conflict']);
    const twice = [
      append('b', 0, keyed('k')),
      append('a', 3, on(1, keyed('k'))),
      append('a', 4, on(2)),
    ];
    expect(kindsOf(twice)).toEqual(['appended', 'conflict', 'conflict']);
  });

  test('is no answer either', () => {
    const batch = [append('a', 3, on(1)), append('a', 4, on(2, { events: [] }))];
    expect(kindsOf(batch, found({ a: 4 }))).toEqual(['conflict', 'conflict']);
  });

  test('does not come to be in a later batch either', () => {
    const broken = newLineage();
    breakLineage(append('a', 3, { lineage: broken, step: 2 }));
    const batch = [1, 2, 3].map((step) => append('a', 2 + step, { lineage: broken, step }));
    expect(kindsOf(batch)).toEqual(['appended', 'appended', 'conflict']);
  });

  test('says nothing of decisions made on what was read anew', () => {
    const batch = [append('a', 3, on(1)), append('a', 4), append('a', 5)];
    expect(kindsOf(batch, found({ a: 4 }))).toEqual(['conflict', 'appended', 'appended']);
  });

  test('a question that fails breaks nothing: no decision is made on its events', () => {
    const batch = [append('a', 2, on(1, { events: [] })), append('a', 3, on(2))];
    expect(kindsOf(batch, found({ a: 3 }))).toEqual(['conflict', 'appended']);
  });
});

test('any batch leaves dense positions, dense versions and a chain that holds', () => {
  const streams = fc.constantFrom('a', 'b', 'c');
  const appends = fc.array(
    fc.record({
      stream: streams,
      guess: fc.integer({ min: -1, max: 1 }),
      count: fc.integer({ min: 0, max: 3 }),
      key: fc.option(fc.constantFrom('k', 'l', 'm')),
      body: fc.constantFrom('b', 'B'),
    }),
    { maxLength: 30 },
  );
  const stands = fc.record({ a: fc.nat(3), b: fc.nat(3), c: fc.nat(3) });
  fc.assert(
    fc.property(appends, stands, (asked, versions) => {
      const current: Record<string, number> = { ...versions };
      const batch = asked.map(({ stream, guess, count, key, body }) => {
        const expected = Math.max(0, current[stream]! + guess);
        if (guess === 0) current[stream]! += count;
        return append(stream, expected, {
          events: Array.from({ length: count }, () => event()),
          ...(key === null ? {} : keyed(key, body)),
        });
      });
      const judged = judge(batch, head, found(versions), now);
      expect(judged.outcomes).toHaveLength(batch.length);

      const ends = new Map<string, number>(Object.entries(versions));
      judged.events.forEach(({ position, stream, version }, index) => {
        expect(position).toBe(head.position + BigInt(index) + 1n);
        expect(version).toBe(ends.get(stream)! + 1);
        ends.set(stream, version);
      });
      const appended = batch.filter((_, index) => judged.outcomes[index]?.kind === 'appended');
      expect(appended.reduce((sum, { events }) => sum + events.length, 0)).toBe(
        judged.events.length,
      );
      const uses = judged.keys.map(({ actor, key }) => useOf(actor, key));
      expect(new Set(uses).size).toBe(uses.length);
      expect(judged.head.position).toBe(head.position + BigInt(judged.events.length));
    }),
  );
});

describe('what rests on other streams too', () => {
  const book = (expected: number, change: Partial<Ground> = {}): Partial<Append> => ({
    grounds: [{ stream: 'book', expected, lineage: newLineage(), step: 1, ...change }],
  });

  test('is appended while they stand where they were known', () => {
    expect(kindsOf([append('a', 3, book(7))], found({ a: 3, book: 7 }))).toEqual(['appended']);
    expect(kindsOf([append('a', 3, book(7))])).toEqual(['appended']);
  });

  test('is decided again once one of them has moved, and told which', () => {
    const { outcomes } = judge([append('a', 3, book(7))], head, found({ a: 3, book: 8 }), now);
    expect(outcomes).toEqual([{ kind: 'conflict', stream: 'book' }]);
  });

  test('is decided again where one moves within the batch', () => {
    const batch = [append('a', 3, book(7)), append('book', 7), append('b', 1, book(7))];
    expect(kindsOf(batch)).toEqual(['appended', 'appended', 'conflict']);
  });

  test('is decided again where what it knew of them did not come to be', () => {
    const lineage = newLineage();
    const batch = [append('book', 7, { lineage }), append('a', 3, book(8, { lineage, step: 2 }))];
    expect(kindsOf(batch, found({ book: 9 }))).toEqual(['conflict', 'conflict']);
    expect(kindsOf(batch, found({ book: 7 }))).toEqual(['appended', 'appended']);
  });
});

describe('an append that carries events to other streams', () => {
  const carriedTo = (stream: string, expected: number, lineage = newLineage()) => ({
    stream,
    expected,
    lineage,
    step: 1,
    events: [event()],
  });

  test('is placed as one, each part at the end of its stream', () => {
    const { outcomes, events } = judge(
      [append('a', 2, { carried: [carriedTo('b', 5)] }), append('b', 6)],
      head,
      trusting,
      now,
    );
    expect(outcomes).toMatchObject([
      { kind: 'appended', version: 3, position: 11n },
      { kind: 'appended', version: 7, position: 13n },
    ]);
    expect(events.map(({ stream, version }) => `${stream} ${String(version)}`)).toEqual([
      'a 3',
      'b 6',
      'b 7',
    ]);
  });

  test('is not recorded at all where one of them stands elsewhere', () => {
    const one = append('a', 2, { carried: [carriedTo('b', 5)] });
    const { outcomes, events } = judge([one], head, found({ a: 2, b: 6 }), now);
    expect(outcomes).toEqual([{ kind: 'conflict', stream: 'b' }]);
    expect(events).toEqual([]);
  });

  test('takes along what was decided on any of its parts', () => {
    const lineage = newLineage();
    const one = append('a', 2, { carried: [carriedTo('b', 5, lineage)] });
    const later = append('b', 6, { lineage, step: 2 });
    expect(kindsOf([one, later], found({ a: 3, b: 6 }))).toEqual(['conflict', 'conflict']);
    breakLineage(one);
    expect(lineage.brokenAt).toBe(1);
  });

  test('keeps its key with the number of all its events', () => {
    const one = append('a', 2, { ...keyed('k'), carried: [carriedTo('b', 5)] });
    const { keys } = judge([one], head, trusting, now);
    expect(keys).toMatchObject([{ firstUse: { stream: 'a', version: 3, eventCount: 2 } }]);
  });
});

test('an append that activates a deployment has it stamped on what follows', () => {
  const { events, head: after } = judge(
    [append('a', 0), append('b', 0, { activates: 'd8' }), append('c', 0)],
    head,
    trusting,
    now,
  );
  expect(events.map(({ deploymentId }) => deploymentId)).toEqual(['d7', 'd7', 'd8']);
  expect(after.activeDeployment).toBe('d8');
  const given = judge([append('a', 0, { deploymentId: 'd9' })], after, trusting, now);
  expect(given.events[0]?.deploymentId).toBe('d9');
});
