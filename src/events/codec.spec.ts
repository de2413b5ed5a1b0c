import fc from 'fast-check';
import { z } from 'zod';
import { fixtureNames, fixtureOf } from '../../test/harness/event-fixtures';
import type { EventFixture } from '../../test/harness/event-fixtures';
import { UnreadableEvent, currentSchemaVersion, decode, readableVersions } from './codec';
import type { StoredEvent } from './event-metadata';
import { eventSchemas, upcasters } from './index';
import type { EventType } from './index';

const types = Object.keys(eventSchemas) as EventType[];

const versions = types.flatMap((type) =>
  Array.from({ length: currentSchemaVersion(type) }, (_, index) => ({ type, version: index + 1 })),
);

const stored = ({ type, schemaVersion, data }: EventFixture): StoredEvent => ({
  position: 7n,
  stream: 'execution-one',
  version: 3,
  eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
  deploymentId: 'initial',
  correlationId: 'c',
  causationId: null,
  actor: 'service',
  occurredAt: '2026-01-08T22:32:15.550791Z',
  recordedAt: '2026-01-08T22:32:16.000000Z',
  type,
  schemaVersion,
  data,
});

/** Data that is of the schema and has nothing besides. */
const expectCurrent = (type: EventType, data: unknown): void => {
  expect(eventSchemas[type].parse(data)).toEqual(data);
};

describe('fixtures', () => {
  test('there is one for every version of every type, and no other', () => {
    const expected = versions.map(({ type, version }) => `${type}.v${String(version)}.json`);
    expect(fixtureNames()).toEqual(expected.sort());
  });

  test.each(versions)('$type v$version is what its name says', ({ type, version }) => {
    expect(fixtureOf(type, version)).toMatchObject({ type, schemaVersion: version });
  });

  test.each(versions)('$type v$version decodes to the current shape', ({ type, version }) => {
    const event = decode(stored(fixtureOf(type, version)));
    expect(event).toMatchObject({ type, schemaVersion: currentSchemaVersion(type), position: 7n });
    expectCurrent(type, event.data);
    expect(event.data).toMatchSnapshot();
  });
});

test('what this code reads is every type, up to its newest version', () => {
  const newest = versions.map(({ type, version }) => [type, version] as const);
  expect(readableVersions()).toEqual(Object.fromEntries(newest));
  expect(readableVersions()).toMatchObject({ LlmCallRecorded: 3, ArticlePublished: 1 });
});

describe('released schemas', () => {
  test.each(types)('%s is as it was released', (type) => {
    const schema = z.toJSONSchema(eventSchemas[type]);
    expect({ version: currentSchemaVersion(type), schema }).toMatchSnapshot();
  });
});

describe('upcasters', () => {
  const name = fc.string({ maxLength: 20 });
  const tokens = fc.nat(1_000_000_000);

  /** Anything that was once written, by type: one for each version that is no longer current. */
  const formerly: Readonly<Record<string, readonly fc.Arbitrary<unknown>[]>> = {
    QualityScored: [
      fc.record({
        score: fc.double({ min: 0, max: 10, noNaN: true }),
        gates: fc.record({
          opening: fc.boolean(),
          evidence: fc.boolean(),
          voice: fc.boolean(),
          structure: fc.boolean(),
          chart: fc.boolean(),
        }),
        decision: fc.constantFrom('publish', 'revise', 'reject'),
        revisions: fc.nat(),
      }),
    ],
    LlmCallRecorded: [
      fc.record({
        agent: name,
        model: name,
        inputTokens: tokens,
        outputTokens: tokens,
        durationSeconds: fc.double({ min: 0, max: 604_800, noNaN: true }),
        costUsd: fc.option(fc.double({ min: 0, max: 1_000_000, noNaN: true })),
        // A field named __proto__ is refused before it could be written.
        metadata: fc
          .dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>)
          .filter((metadata) => !JSON.stringify(metadata).includes('__proto__')),
      }),
      fc.record({
        agent: name,
        model: name,
        inputTokens: tokens,
        cachedInputTokens: tokens,
        outputTokens: tokens,
        reasoningTokens: tokens,
        durationMs: tokens,
        cost: fc.oneof(
          fc.constant({ source: 'unpriced' }),
          fc.record({ source: fc.constant('reported'), nanoUsd: tokens.map(String) }),
        ),
        metadata: fc.constantFrom({}, { prompt: 'v3' }),
      }),
    ],
  };

  test('every former version is generated here', () => {
    const lengths = (of: Readonly<Record<string, readonly unknown[]>>): [string, number][] =>
      Object.entries(of).map(([type, chain]) => [type, chain.length]);
    expect(lengths(formerly)).toEqual(lengths(upcasters));
  });

  test.each(versions.filter(({ type, version }) => version < currentSchemaVersion(type)))(
    'whatever was written as $type v$version ends in the current shape',
    ({ type, version }) => {
      fc.assert(
        fc.property(formerly[type]![version - 1]!, (data) => {
          const event = decode(stored({ type, schemaVersion: version, data }));
          expectCurrent(type, event.data);
        }),
      );
    },
  );

  test('a model call of version 1 keeps its money to the digit', () => {
    const { data } = decode(stored(fixtureOf('LlmCallRecorded', 1)));
    expect(data).toMatchObject({
      cost: { source: 'reported', nanoUsd: '31140000' },
      durationMs: 12346,
      cachedInputTokens: 0,
      reasoningTokens: 0,
    });
  });

  test('a model call of version 1 without a cost is unpriced', () => {
    const { data } = fixtureOf('LlmCallRecorded', 1);
    const without = { ...(data as object), costUsd: null };
    const event = decode(stored({ type: 'LlmCallRecorded', schemaVersion: 1, data: without }));
    expect(event.data).toMatchObject({ cost: { source: 'unpriced' } });
  });
});

describe('what this code cannot read', () => {
  test('an unknown type is unreadable, and says which and where', () => {
    const event = stored({ type: 'ExecutionExploded', schemaVersion: 1, data: {} });
    expect(() => decode(event)).toThrow(UnreadableEvent);
    expect(() => decode(event)).toThrow('event 7 (ExecutionExploded v1): unknown type');
  });

  test.each(['toString', 'constructor', '__proto__'])('%s is no type', (type) => {
    expect(() => decode(stored({ type, schemaVersion: 1, data: {} }))).toThrow(UnreadableEvent);
  });

  test.each(types)('%s of any other version than the released ones is unreadable', (type) => {
    const strange = [-1, 0, currentSchemaVersion(type) + 1, 99];
    for (const schemaVersion of strange) {
      const event = stored({ type, schemaVersion, data: {} });
      expect(() => decode(event)).toThrow(UnreadableEvent);
    }
  });

  test('a newer version names the newest this code knows', () => {
    const event = stored({ type: 'LlmCallRecorded', schemaVersion: 4, data: {} });
    expect(() => decode(event)).toThrow(
      'event 7 (LlmCallRecorded v4): this code knows up to version 3',
    );
  });

  test('data that an upcaster fails on is unreadable, and says why', () => {
    const event = stored({ type: 'LlmCallRecorded', schemaVersion: 1, data: {} });
    expect(() => decode(event)).toThrow(UnreadableEvent);
  });
});
