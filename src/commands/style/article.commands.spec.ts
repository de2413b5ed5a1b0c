import { articleCommands } from './article.commands';

const faultsOf = (data: object): string[] =>
  (
    articleCommands.IndexArticle.schema.safeParse({ source: 'a.md', markdown: 'x', ...data }).error
      ?.issues ?? []
  ).map(({ path, message }) => `${path.join('.')}: ${message}`);

test.each([
  { markdown: 'a\tb\r\nc\f\n' },
  { markdown: 'Ünïcödé 😀 \ufffd' },
  { markdown: 'x'.repeat(500_000) },
  { publishedAt: '2026-01-08' },
  { publishedAt: '2026-01-08T22:00:00+01:00' },
  { source: 'https://example.org/posts/ä b?c=d#e' },
  { source: 'x'.repeat(500) },
])('takes %#', (data) => {
  expect(faultsOf(data)).toEqual([]);
});

test('a binary file is refused with the place that gives it away', () => {
  expect(faultsOf({ markdown: '\ufffdPNG\r\n\u001a\n' })).toEqual([
    "markdown: holds the control character U+001A at line 2, column 1: send the article's text, not a binary file",
  ]);
});

test.each([
  [{ markdown: 'x'.repeat(500_001) }, /^markdown: is longer than 500000 characters: split/],
  [{ publishedAt: 'yesterday' }, /^publishedAt: a day as YYYY-MM-DD, or/],
  [{ publishedAt: '2026-02-30' }, /^publishedAt: /],
  [
    { publishedAt: '9999-12-31T23:59:59-14:00' },
    /^publishedAt: must lie in the years 0001 to 9999/,
  ],
  [
    { publishedAt: '0001-01-01T00:00:00+14:00' },
    /^publishedAt: must lie in the years 0001 to 9999/,
  ],
  [{ source: '' }, /^source: /],
  [{ source: 'x'.repeat(501) }, /^source: /],
  [{ source: 'a\nb' }, /^source: must not hold control characters/],
])('refuses %#', (data, fault) => {
  expect(faultsOf(data)).toEqual([expect.stringMatching(fault)]);
});
