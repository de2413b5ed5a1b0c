import fc from 'fast-check';
import {
  VoidInOrder,
  Voidings,
  isVoidableStream,
  isVoidableType,
  nothingVoid,
  withoutVoid,
} from './voiding';
import type { RecordedEvent } from './index';
import type { VoidingFact } from './voiding';

const voided = (deploymentId: string, position: bigint): VoidingFact => ({
  deploymentId,
  position,
  isVoided: true,
});
const reinstated = (deploymentId: string, position: bigint): VoidingFact => ({
  deploymentId,
  position,
  isVoided: false,
});
const work = (stream: string, deploymentId: string, position: bigint, version = 2) => ({
  stream,
  deploymentId,
  position,
  version,
});

describe('the work of a deployment', () => {
  const facts = [voided('d2', 10n), reinstated('d2', 20n), voided('d2', 30n), voided('d3', 40n)];

  test('is void from the fact that voids it to the one that reinstates it', () => {
    const voidAt = (epoch: bigint): boolean =>
      new Voidings(facts, epoch).isVoid(work('execution-a', 'd2', 5n));
    expect([9n, 10n, 19n, 20n, 29n, 30n, 99n].map(voidAt)).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
    ]);
    expect([9n, 10n, 25n, 99n].map((epoch) => new Voidings(facts, epoch).epoch)).toEqual([
      0n,
      10n,
      20n,
      40n,
    ]);
    expect(new Voidings(facts).epoch).toBe(40n);
  });

  test('is what was recorded under it before that fact, in the streams of the pipeline alone', () => {
    const now = new Voidings(facts);
    expect(now.isVoid(work('execution-a', 'd2', 30n))).toBe(true);
    expect(now.isVoid(work('execution-a', 'd2', 31n))).toBe(false);
    expect(now.isVoid(work('execution-a', 'd1', 5n))).toBe(false);
    const others = ['deployment-d2', 'flow-content', 'rollback-r', 'rebuild-r', 'pricebook-main'];
    for (const stream of [...others, 'parking-roi-totals', 'repricing-1', 'replay-1']) {
      expect([stream, now.isVoid(work(stream, 'd2', 5n))]).toEqual([stream, false]);
    }
    for (const stream of ['article-1', 'style-query-1']) {
      expect([stream, now.isVoid(work(stream, 'd2', 5n))]).toEqual([stream, true]);
    }
  });

  test('is looked for nowhere while nothing is void', () => {
    expect(nothingVoid.any).toBe(false);
    expect(new Voidings(facts.slice(0, 2)).any).toBe(false);
    expect(new Voidings(facts).any).toBe(true);
  });
});

describe('a stream that began void', () => {
  const now = new Voidings([voided('d2', 10n)]);

  test('is void as a whole, whatever comes later in it and whenever', () => {
    const inOrder = new VoidInOrder(now);
    const stream = [
      work('execution-a', 'd2', 3n, 1),
      work('execution-a', 'd1', 12n, 2),
      work('execution-a', 'd3', 99n, 3),
    ];
    expect(stream.map((event) => inOrder.isVoid(event))).toEqual([true, true, true]);
  });

  test('is none that was only continued', () => {
    const inOrder = new VoidInOrder(now);
    const stream = [
      work('execution-a', 'd1', 3n, 1),
      work('execution-a', 'd2', 4n, 2),
      work('execution-a', 'd1', 12n, 3),
    ];
    expect(stream.map((event) => inOrder.isVoid(event))).toEqual([false, true, false]);
  });

  test('is found the same in order and by its first event', () => {
    const anyEvent = fc.record({
      stream: fc.constantFrom('execution-a', 'execution-b', 'article-c', 'deployment-d2'),
      deploymentId: fc.constantFrom('d1', 'd2', 'd3'),
    });
    const anyFact = fc.tuple(fc.constantFrom('d2', 'd3'), fc.boolean());
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.array(anyFact), (told, said) => {
        const versions = new Map<string, number>();
        const events = told.map((one, index) => {
          const version = (versions.get(one.stream) ?? 0) + 1;
          versions.set(one.stream, version);
          return { ...one, version, position: BigInt(index + 1) };
        });
        const voidings = new Voidings(
          said.map(([deploymentId, isVoided], index) => ({
            deploymentId,
            isVoided,
            position: BigInt(7 * (index + 1)),
          })),
        );
        const begunVoid = new Set(
          events
            .filter((event) => event.version === 1 && voidings.covers(event))
            .map(({ stream }) => stream),
        );
        const inOrder = new VoidInOrder(voidings);
        for (const event of events) {
          expect(inOrder.isVoid(event)).toBe(voidings.isVoid(event, begunVoid));
        }
      }),
    );
  });
});

test('every type of an event of the pipeline is voidable, and no other', () => {
  expect(isVoidableStream('style-query-')).toBe(true);
  const types = ['LlmCallRecorded', 'ArticleIndexed', 'StyleMemoryQueried', 'DeploymentPlanned'];
  expect(types.map(isVoidableType)).toEqual([true, true, true, false]);
});

describe('a repricing', () => {
  const now = new Voidings([voided('d2', 30n)]);
  /** A line of the ledger makes its fields when it is asked for them. */
  class Repricing {
    readonly type = 'CallsRepriced';
    readonly position = 20n;
    readonly version = 4;
    constructor(
      readonly stream: string,
      readonly deploymentId: string,
    ) {}
    get data() {
      const calls = ['d1', 'd2', 'd3'].map((deploymentId) => ({ deploymentId }));
      return { repricing: 'lower', calls };
    }
  }
  const repricing = (stream: string, deploymentId: string) =>
    new Repricing(stream, deploymentId) as unknown as RecordedEvent;

  test('counts under whichever deployment it was recorded, unless its whole stream is void', () => {
    expect(now.isVoid(repricing('execution-a', 'd2'))).toBe(false);
    expect(now.isVoid(repricing('execution-a', 'd2'), new Set(['execution-a']))).toBe(true);
  });

  test('says nothing of calls that are void, and of the others what it said', () => {
    const left = withoutVoid(repricing('execution-a', 'd1'), (event) => now.isVoid(event));
    expect(left).toMatchObject({ type: 'CallsRepriced', position: 20n, stream: 'execution-a' });
    expect(left.data).toEqual({
      repricing: 'lower',
      calls: [{ deploymentId: 'd1' }, { deploymentId: 'd3' }],
    });
    const later = new Voidings([voided('d2', 10n)]);
    const whole = repricing('execution-a', 'd1');
    expect(withoutVoid(whole, (event) => later.isVoid(event))).toBe(whole);
  });
});
