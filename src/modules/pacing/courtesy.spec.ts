import { Courtesy } from './courtesy';
import { Floor } from './floor';

/** A clock that stands still, a head that others move, and the rests that were taken. */
const scene = (floor?: Floor) => {
  const world = { time: 0, head: 0, looks: 0, rests: [] as number[] };
  const courtesy = new Courtesy(
    () => {
      world.looks += 1;
      return Promise.resolve(String(world.head));
    },
    floor,
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
  return { world, work, courtesy };
};

describe('courtesy', () => {
  it('rests as long as it works until it has seen that nobody else does', async () => {
    const { world, work } = scene();
    for (let portion = 0; portion < 50; portion += 1) await work(40);
    expect(world.rests).toEqual([40, 40]);
  });

  it('rests as long as it works while others work', async () => {
    const { world, work } = scene();
    await work(40);
    await work(120, 3);
    await work(30, 1);
    await work(100, 1);
    expect(world.rests).toEqual([40, 120, 30, 100]);
  });

  it('rests longer where others of its own work meanwhile', async () => {
    const { world, work } = scene(new Floor(2));
    await work(40);
    await work(120, 3);
    expect(world.rests).toEqual([120, 360]);
  });

  it('goes on as before once they are done', async () => {
    const { world, work } = scene();
    await work(10);
    await work(150, 1);
    await work(150);
    await work(150);
    expect(world.rests).toEqual([10, 150]);
  });

  it('has the floor while others work, and gives it up once they are done', async () => {
    const floor = new Floor(2);
    const other = new Floor(2, floor.memory);
    const isFree = async (): Promise<boolean> => {
      const now = AbortSignal.timeout(5);
      await other.take(now);
      const had = other.isOurs;
      other.give();
      return had;
    };
    const { work, courtesy } = scene(floor);
    await work(10, 1);
    expect(await isFree()).toBe(false);
    await work(150, 1);
    expect(await isFree()).toBe(false);
    await work(150);
    expect(await isFree()).toBe(true);
    await work(150, 1);
    expect(await isFree()).toBe(false);
    courtesy.end();
    expect(await isFree()).toBe(true);
  });

  it('looks ten times a second at most, however small its portions are', async () => {
    const { world, work } = scene();
    for (let portion = 0; portion < 1_000; portion += 1) await work(1);
    expect(world.looks).toBeLessThanOrEqual(11);
  });
});
