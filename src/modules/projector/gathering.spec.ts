import { Gathering } from './gathering';

describe('a gathering', () => {
  it('hands on together what is offered at once, and what is offered meanwhile', async () => {
    const lots: (readonly string[])[] = [];
    const gathering = new Gathering<string>(async (items) => {
      lots.push(items);
      if (lots.length === 1) meanwhile.push(gathering.offer('c'), gathering.offer('d'));
      await Promise.resolve();
    });
    const meanwhile: Promise<void>[] = [];
    await Promise.all([gathering.offer('a'), gathering.offer('b')]);
    await Promise.all(meanwhile);
    await gathering.offer('e');
    expect(lots).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('tells each of a lot that it failed, and goes on', async () => {
    let lot = 0;
    const gathering = new Gathering<string>(() => {
      lot += 1;
      return lot === 1 ? Promise.reject(new Error('away')) : Promise.resolve();
    });
    const first = await Promise.allSettled([gathering.offer('a'), gathering.offer('b')]);
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(gathering.offer('c')).resolves.toBeUndefined();
  });
});
