import { integer, minimum, sameText, sum, text } from '../columns';
import { totals } from '../projection';

interface Placed {
  readonly paragraphId: string;
  readonly paragraph: number;
  readonly contentHash: string;
}

const keyOf = (source: string, { paragraphId, paragraph, contentHash }: Placed) => ({
  source,
  paragraph,
  paragraphId,
  contentHash,
});

const arrived = (
  source: string,
  indexedAt: string,
  placed: Placed & { readonly text: string },
) => ({
  key: keyOf(source, placed),
  add: { present: 1n, text: placed.text, indexedAt },
});

const left = (source: string, placed: Placed) => ({
  key: keyOf(source, placed),
  add: { present: -1n },
});

/**
 * What the style memory holds: a row for each place a paragraph ever had. Arrivals and departures
 * are summed, so that the order of events cannot matter, and the rows with `present` above zero are what
 * queries search.
 */
export const styleParagraphs = totals({
  name: 'style-paragraphs',
  version: 3,
  summary: 'Paragraphs of the style memory; `present` is 1 for those that are in it now',
  key: { source: text(), paragraph: integer(), paragraphId: text(), contentHash: text() },
  measures: { text: sameText(), present: sum(), indexedAt: minimum() },
  indexes: [['contentHash']],
  searched: { text: 'text', identity: 'contentHash', present: 'present', language: 'english' },
  contributes: {
    ArticleIndexed: ({ data: { source, paragraphs }, occurredAt }) =>
      paragraphs.map((one) => arrived(source, occurredAt, one)),
    ArticleRevised: ({ data: { source, added, removed, moved }, occurredAt }) => [
      ...added.map((one) => arrived(source, occurredAt, one)),
      ...removed.map((one) => left(source, one)),
      ...moved.flatMap(({ movedFrom, ...one }) => [
        arrived(source, occurredAt, one),
        left(source, { ...one, paragraph: movedFrom }),
      ]),
    ],
    ArticleRemoved: ({ data: { source, paragraphs } }) =>
      paragraphs.map((one) => left(source, one)),
  },
  time: 'indexedAt',
  sort: 'source',
  present: (row) => ({ ...row }),
  presented: {},
});
