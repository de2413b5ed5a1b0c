import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Projection } from '../../projections/projection';
import type { Settings } from '../config/settings';
import type { Generations } from '../projector/generations';
import { CutOvers } from './cut-over';
import type { RecordedReverts } from './recorded-reverts';
import { Reversion } from './reversion';

Logger.overrideLogger(false);

const projection = {
  name: 'roi-totals',
  version: 1,
  kind: 'totals',
  contributes: { LlmCallRecorded: () => [] },
} as unknown as Projection;

const generation = (id: string, state: string): object => ({
  id,
  projection: 'roi-totals',
  version: 1,
  state,
  epoch: '0',
  rebuild: null,
  without: null,
});

/** A reversion from `b` to `a`; `attempt` is what becomes of a transaction in which `live` is live. */
const scene = (
  attempt: () => Promise<never>,
  live = 'b',
  before = [generation('a', 'warm'), generation('b', 'live')],
  epoch = 0n,
) => {
  let attempts = 0;
  let looks = 0;
  const within = [generation('a', 'warm'), generation(live, 'live')];
  const generations = {
    all: (manager?: EntityManager) => Promise.resolve(manager === undefined ? before : within),
    epoch: () => Promise.resolve(epoch),
    exclusively: (work: (manager: EntityManager) => Promise<unknown>) => {
      attempts += 1;
      const query = attempt;
      return work({ query } as unknown as EntityManager);
    },
  } as unknown as Generations;
  const reverts = {
    last: () => {
      looks += 1;
      return Promise.resolve(new Map([['roi-totals', { from: 'b', to: 'a' }]]));
    },
  } as unknown as RecordedReverts;
  const cutOvers = new CutOvers(generations, {} as unknown as Settings);
  const projections = [projection, { ...projection, name: 'another' }];
  const reversion = new Reversion(generations, cutOvers, reverts, projections);
  return { reversion, attempts: () => attempts, looks: () => looks };
};

const busy = (): Promise<never> =>
  Promise.reject(Object.assign(new Error('lock timeout'), { code: '55P03' }));

describe('what was taken back and not carried out', () => {
  it('is tried once in a turn where readers hold it up, so that nobody else waits behind it', async () => {
    const { reversion, attempts } = scene(busy);
    await reversion.carryOut();
    expect(attempts()).toBe(1);
    await reversion.carryOut();
    expect(attempts()).toBe(2);
  });

  it('is looked for once a turn, however many projections there are', async () => {
    const { reversion, looks } = scene(busy);
    await reversion.carryOut();
    expect(looks()).toBe(1);
  });

  it('is let be once another than it was taken back from is live', async () => {
    const { reversion, attempts } = scene(busy, 'c');
    await reversion.carryOut();
    await reversion.revert(projection, { from: 'b', to: 'a' }, new AbortController().signal);
    expect(attempts()).toBe(2);
  });

  it.each([
    ['is done already', [generation('a', 'live'), generation('b', 'warm')]],
    ['was gone on from', [generation('a', 'warm'), generation('b', 'warm')]],
    ['is to what is there no more', [generation('c', 'warm'), generation('b', 'live')]],
    ['is to what is being dropped', [generation('a', 'dropping'), generation('b', 'live')]],
  ])('is not tried where it %s', async (_what, before) => {
    const { reversion, attempts } = scene(busy, 'b', before);
    await reversion.carryOut();
    await reversion.revert(projection, { from: 'b', to: 'a' }, new AbortController().signal);
    expect(attempts()).toBe(0);
  });

  it('is not tried where it leaves in what is void by now', async () => {
    const { reversion, attempts } = scene(busy, 'b', undefined, 5n);
    await reversion.carryOut();
    expect(attempts()).toBe(0);
  });

  it('is told where it cannot be done', async () => {
    const dependent = Object.assign(new Error('other objects depend on it'), { code: '2BP01' });
    const { reversion } = scene(() => Promise.reject(dependent));
    await expect(reversion.carryOut()).rejects.toThrow('other objects depend on it');
  });
});
