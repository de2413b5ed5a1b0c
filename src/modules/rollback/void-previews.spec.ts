import { projections } from '../../projections';
import { Problem } from '../http/problem';
import type { Generations } from '../projector/generations';
import { VoidPreviews } from './void-previews';
import { VoidTotals, foldedAtMost } from './void-totals';

/** Nothing listens there. */
const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';

/** Whoever asks is told of so many calls that would be void, all in executions that others began. */
const previewsOf = (calls: number, totals: VoidTotals) => {
  const ask = (text: string) =>
    Promise.resolve(
      text.includes('group by type')
        ? [{ type: 'LlmCallRecorded', count: calls }]
        : [{ category: 'execution', gone: 0, changed: 3 }],
    );
  return new VoidPreviews({ ask } as unknown as Generations, totals, projections);
};

test('what a deployment of much work would void is counted, and summed by a rehearsal alone', async () => {
  const totals = { of: jest.fn() };
  const { events, projections: told } = await previewsOf(
    foldedAtMost + 1,
    totals as unknown as VoidTotals,
  ).of('d2');
  expect(totals.of).not.toHaveBeenCalled();
  expect(events).toEqual({ LlmCallRecorded: foldedAtMost + 1 });
  const roiTotals = { projection: 'roi-totals', totals: null, eventsNotCounted: foldedAtMost + 1 };
  expect(told).toContainEqual(roiTotals);
});

test('sums that take too long are not told, and what is counted is', async () => {
  const late = AbortSignal.abort();
  const slow = new VoidTotals(nowhere);
  const totals = { of: (id: string) => slow.of(id, [], projections, late) };
  const { events, projections: told } = await previewsOf(7, totals as unknown as VoidTotals).of(
    'd2',
  );
  expect(events).toEqual({ LlmCallRecorded: 7 });
  expect(told).toContainEqual({ projection: 'roi-totals', totals: null, eventsNotCounted: 7 });
});

test('a database that is away is said to be, whoever asks for a preview', async () => {
  const asked = new VoidTotals(nowhere).of('d2', [], projections);
  await expect(asked).rejects.toThrow(Problem);
  await expect(asked).rejects.toMatchObject({ status: 503, code: 'unavailable' });
});
