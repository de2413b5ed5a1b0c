import type { StoredEvent } from '../../events/event-metadata';
import { Voidings, nothingVoid } from '../../events/voiding';
import type { Ask } from '../database/ask';
import { VoidWork, voidingsAt } from './void-work';

const voidings = new Voidings([{ position: 10n, deploymentId: 'd2', isVoided: true }]);

const event = (position: number, stream: string, version: number, deploymentId = 'd1') =>
  ({ position: BigInt(position), stream, version, deploymentId }) as StoredEvent;

/** A ledger that tells how streams began, and remembers what it was asked. */
const ledger = (firsts: Readonly<Record<string, string>>) => {
  const asked: string[][] = [];
  const ask: Ask = (_text, [streams] = []) => {
    asked.push(streams as string[]);
    const rows = (streams as string[]).map((stream) => ({
      stream,
      position: '3',
      deploymentId: firsts[stream] ?? 'd1',
    }));
    return Promise.resolve(rows as never);
  };
  return { ask, asked };
};

test('nothing is asked where nothing is void', async () => {
  const { ask, asked } = ledger({});
  expect(await voidingsAt({ ask }, 0n)).toBe(nothingVoid);
  const isVoid = await new VoidWork(nothingVoid).among({ ask }, [event(20, 'execution-a', 2)], []);
  expect(isVoid(event(20, 'execution-a', 2))).toBe(false);
  expect(asked).toEqual([]);
});

test('how a stream began is asked once, and of those that could be void', async () => {
  const { ask, asked } = ledger({ 'execution-a': 'd2' });
  const work = new VoidWork(voidings);
  const events = [event(20, 'execution-a', 2), event(21, 'execution-b', 2)];
  const others = [event(22, 'deployment-d2', 9, 'd2')];
  const isVoid = await work.among({ ask }, [...events, ...others], ['article-1']);
  expect([...events, ...others].map(isVoid)).toEqual([true, false, false]);
  const again = await work.among({ ask }, events, []);
  expect(events.map(again)).toEqual([true, false]);
  expect(asked).toEqual([['execution-a', 'execution-b', 'article-1']]);
});

test('one whose first event is met is not asked for', async () => {
  const { ask, asked } = ledger({});
  const events = [event(5, 'execution-a', 1, 'd2'), event(20, 'execution-a', 2)];
  const isVoid = await new VoidWork(voidings).among({ ask }, events, []);
  expect(events.map(isVoid)).toEqual([true, true]);
  expect(asked).toEqual([]);
});

test('of very many streams those that were met last are remembered', async () => {
  const { ask, asked } = ledger({});
  const work = new VoidWork(voidings);
  const names = Array.from({ length: 100_001 }, (_, index) => `execution-${String(index)}`);
  const begun = names.map((name, index) => event(index + 20, name, 1));
  await work.among({ ask }, begun, []);
  await work.among({ ask }, [], ['execution-0', 'execution-1', 'execution-100000']);
  expect(asked).toEqual([['execution-0']]);
});
