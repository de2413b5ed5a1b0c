import fc from 'fast-check';
import { anyArticleCommands, articleCourseOf } from '../../../test/harness/articles';
import { recorded } from '../../../test/harness/histories';
import type { RecordedEvent } from '../../events';
import { foldTotals } from '../fold';
import type { TotalsDelta } from '../fold';
import { styleParagraphs } from './style-paragraphs.projection';

const rowsOf = (events: readonly RecordedEvent[]): TotalsDelta[] => {
  const deltas = new Map<string, TotalsDelta>();
  for (const event of events) foldTotals(styleParagraphs, deltas, event);
  return [...deltas.values()];
};

/** Where each text stands, of those that are in the memory. */
const present = (events: readonly RecordedEvent[]): [unknown, unknown, unknown][] =>
  rowsOf(events)
    .filter(({ add }) => add['present'] === 1n)
    .map(({ key, add }): [unknown, unknown, unknown] => [
      key['paragraph'],
      key['paragraphId'],
      add['text'],
    ])
    .sort(([left], [right]) => Number(left) - Number(right));

test('a paragraph that moved is at its new place, and no longer at the old', () => {
  const { events } = articleCourseOf([
    { type: 'IndexArticle', source: 'a.md', markdown: 'one\n\ntwo' },
    { type: 'IndexArticle', source: 'a.md', markdown: 'zero\n\none' },
  ]);
  expect(present(recorded([events], [0]))).toEqual([
    [1, 'amd.3', 'zero'],
    [2, 'amd.1', 'one'],
  ]);
});

test('what is present is the article as it was last indexed, for any edits', () => {
  fc.assert(
    fc.property(anyArticleCommands, (commands) => {
      const { state, events } = articleCourseOf(commands);
      expect(present(recorded([events], [0]))).toEqual(
        state.paragraphs.map(({ paragraph, paragraphId, contentHash }) => [
          paragraph,
          paragraphId,
          contentHash.replace('hash of ', ''),
        ]),
      );
    }),
  );
});

test('every row has its text, and none is there twice or less than not at all', () => {
  fc.assert(
    fc.property(anyArticleCommands, (commands) => {
      for (const { add } of rowsOf(recorded([articleCourseOf(commands).events], [0]))) {
        expect(add['text']).toEqual(expect.any(String));
        expect([0n, 1n]).toContain(add['present']);
      }
    }),
  );
});
