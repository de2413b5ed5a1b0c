import { isSoonThrough } from './backtracking';

describe('a pattern', () => {
  test.each([
    '^claude-opus-5-\\d{8}$',
    '^composer-2\\.5\\[fast=false\\]$',
    '^(?!.*-[tT][tT][sS](?:$|-))',
    '^(?![^/]+/)(?:labs-)?(?:(?:mi|code|dev|magi|mini)stral|mixtral|open-(?:mistral|mixtral))',
    '^o[134]',
    'gpt-.*-mini',
    '^.*-.*$',
    '^(?:ab)*$',
    '(?<vendor>[a-z]+)/\\k<vendor>',
    '^[(|+*]+\\(+$',
    '^a{2}b{3,}c{1,4}?{x}$',
    '^(?:foo|bar)$|^baz$',
  ])('%s is soon through', (pattern) => {
    expect(new RegExp(pattern)).toBeInstanceOf(RegExp);
    expect(isSoonThrough(pattern)).toBe(true);
  });

  test.each([
    ['a repeated group whose part is repeated', '^(a+)+$'],
    ['a repeated group whose part may be away', '^(?:a?b?)*$'],
    ['a repeated group of alternatives that meet', '^(a|a)*$'],
    ['the same with a bound', '^(?:\\w|\\d){40}$'],
    ['three parts of any length', '^.*a.*b.*c$'],
    ['two of them, begun anywhere', '.*a.*b'],
    ['the same, where only one alternative is bound to the beginning', '^x|.*a.*b'],
    ['many parts that may be away', `^${'a?'.repeat(30)}${'a'.repeat(30)}$`],
    ['many groups of alternatives that meet', `^${'(?:a|a)'.repeat(30)}$`],
    ['the same looked ahead for', '^(?!(?:a+)+b)'],
    ['a group within a group', '^((?:[a-z]+-)*)*$'],
  ])('with %s is not: %s', (_what, pattern) => {
    expect(new RegExp(pattern)).toBeInstanceOf(RegExp);
    expect(isSoonThrough(pattern)).toBe(false);
  });
});
