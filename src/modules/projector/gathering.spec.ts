import { Gathering } from './gathering';

interface Lot {
  readonly items: readonly string[];
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** A gathering of texts whose size is their length, with the lots that it has handed on. */
const gatheringOf = (full: number): { gathering: Gathering<string>; lots: Lot[] } => {
  const lots: Lot[] = [];
  const work = (items: readonly string[]): Promise<void> =>
    new Promise((end, fail) => {
      lots.push({ items, end, fail });
    });
  return { gathering: new Gathering(full, ({ length }) => length, work), lots };
};

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a gathering', () => {
  it('hands on together what is offered at once, and what is offered meanwhile', async () => {
    const { gathering, lots } = gatheringOf(100);
    const first = [gathering.offer('a'), gathering.offer('b')];
    await turnOfTheLoop();
    const meanwhile = [gathering.offer('c'), gathering.offer('d')];
    await turnOfTheLoop();
    expect(lots.map(({ items }) => items)).toEqual([['a', 'b']]);
    lots[0]?.end();
    await Promise.all(first);
    await turnOfTheLoop();
    expect(lots.map(({ items }) => items)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    lots[1]?.end();
    await Promise.all(meanwhile);
  });

  it('begins a second lot beside the first only where it is full, and no third', async () => {
    const { gathering, lots } = gatheringOf(4);
    for (const item of ['aa', 'bb', 'cc', 'd', 'eee', 'ffff', 'g']) void gathering.offer(item);
    await turnOfTheLoop();
    expect(lots.map(({ items }) => items)).toEqual([
      ['aa', 'bb'],
      ['cc', 'd', 'eee'],
    ]);
    lots[1]?.end();
    await turnOfTheLoop();
    expect(lots[2]?.items).toEqual(['ffff']);
    lots[2]?.end();
    await turnOfTheLoop();
    expect(lots).toHaveLength(3); // what is left fills none
    lots[0]?.end();
    await turnOfTheLoop();
    expect(lots[3]?.items).toEqual(['g']);
  });

  it('begins a second lot as soon as what comes meanwhile fills it', async () => {
    const { gathering, lots } = gatheringOf(4);
    void gathering.offer('a');
    await turnOfTheLoop();
    void gathering.offer('bb');
    await turnOfTheLoop();
    expect(lots).toHaveLength(1);
    void gathering.offer('cc');
    await turnOfTheLoop();
    expect(lots[1]?.items).toEqual(['bb', 'cc']);
  });

  it('tells each of a lot that it failed, and goes on', async () => {
    const { gathering, lots } = gatheringOf(2);
    const offered = Promise.allSettled([gathering.offer('a'), gathering.offer('b')]);
    const beside = gathering.offer('cc');
    await turnOfTheLoop();
    lots[0]?.fail(new Error('away'));
    expect((await offered).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    lots[1]?.end();
    await expect(beside).resolves.toBeUndefined();
    const next = gathering.offer('d');
    await turnOfTheLoop();
    lots[2]?.end();
    await expect(next).resolves.toBeUndefined();
  });
});
