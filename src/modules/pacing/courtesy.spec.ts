import { Courtesy } from './courtesy';

/** A clock that stands still, a head that others move, and the rests that were taken. */
const scene = () => {
  const world = { time: 0, head: 0, looks: 0, rests: [] as number[] };
  const courtesy = new Courtesy(
    () => {
      world.looks += 1;
      return Promise.resolve(String(world.head));
    },
    (milliseconds) => {
      world.rests.push(milliseconds);
      world.time += milliseconds;
      return Promise.resolve();
    },
    () => world.time,
  );
  const work = async (milliseconds: number, events = 0): Promise<void> => {
    world.time += milliseconds;
    world.head += events;
    await courtesy.pass(new AbortController().signal);
  };
  return { world, work };
};

describe('courtesy', () => {
  it('works without a rest while nobody else does', async () => {
    const { world, work } = scene();
    for (let portion = 0; portion < 50; portion += 1) await work(40);
    expect(world.rests).toEqual([]);
  });

  it('rests as long as it works while others work', async () => {
    const { world, work } = scene();
    await work(40);
    await work(120, 3);
    await work(30, 1);
    await work(100, 1);
    expect(world.rests).toEqual([120, 30, 100]);
  });

  it('goes on as before once they are done', async () => {
    const { world, work } = scene();
    await work(10);
    await work(150, 1);
    await work(150);
    await work(150);
    expect(world.rests).toEqual([150]);
  });

  it('looks ten times a second at most, however small its portions are', async () => {
    const { world, work } = scene();
    for (let portion = 0; portion < 1_000; portion += 1) await work(1);
    expect(world.looks).toBeLessThanOrEqual(11);
  });
});
