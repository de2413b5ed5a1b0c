import fc from 'fast-check';
import { Pacer } from './pacer';

const paced = (perSecond: number | null) => {
  const clock = { now: 0 };
  const pacer = new Pacer(perSecond, () => clock.now);
  return { clock, pacer };
};

describe('a pacer', () => {
  it('lets the first portion go at once, and the next when its time has come', () => {
    const { clock, pacer } = paced(100);
    expect(pacer.delay(25)).toBe(0);
    expect(pacer.delay(25)).toBe(250);
    clock.now = 250;
    expect(pacer.delay(25)).toBe(250);
  });

  it('does not make up for idle time', () => {
    const { clock, pacer } = paced(100);
    pacer.delay(25);
    clock.now = 60_000;
    expect(pacer.delay(25)).toBe(0);
    expect(pacer.delay(25)).toBe(250);
  });

  it('never waits without a limit', () => {
    const { pacer } = paced(null);
    expect([pacer.delay(1_000_000), pacer.delay(1), pacer.portion(1_000)]).toEqual([0, 0, 1_000]);
  });

  it.each([
    [1, 1],
    [3, 1],
    [100, 25],
    [1_000_000, 1_000],
  ])('at %s a second it does %s at once', (perSecond, portion) => {
    expect(paced(perSecond).pacer.portion(1_000)).toBe(portion);
  });

  it('keeps any work at the rate, whatever time the work itself takes', () => {
    const work = fc.array(
      fc.record({ amount: fc.integer({ min: 1, max: 50 }), took: fc.nat(900) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), work, (perSecond, portions) => {
        const { clock, pacer } = paced(perSecond);
        let done = 0;
        for (const { amount, took } of portions) {
          clock.now += pacer.delay(amount);
          expect(clock.now).toBeGreaterThanOrEqual((1_000 * done) / perSecond - 1e-6);
          clock.now += took;
          done += amount;
        }
      }),
    );
  });
});
