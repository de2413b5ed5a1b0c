import { shortened } from './shortened';

const digits = (count: number): string => '1234567890'.repeat(count / 10);

test.each([
  ['nothing', null, '5', '–'],
  ['what is no number', `a${digits(30)}`, null, `a${digits(30)}`],
  ['as many digits as are shown', '9'.repeat(24), digits(30), '9'.repeat(24)],
  ['what stands against nothing', digits(1_000), null, '123456789012345678901234… (1,000 digits)'],
  [
    'a difference at the start',
    `2${digits(30)}`,
    digits(30),
    '212345678901234567890123… (31 digits)',
  ],
  [
    'a difference in the middle',
    `${digits(100)}7${digits(100)}`,
    digits(200),
    '…789071234567890123456789… (201 digits)',
  ],
  ['a difference at the end', `${digits(100)}7`, `${digits(100)}8`, '…89012345678901234567890'],
  ['the beginning of another', digits(100), digits(200), '…789012345678901234567890'],
])('%s', (_what, value, other, expected) => {
  expect(shortened(value, other)).toContain(expected);
});

test('two that differ in their last digit do not look alike', () => {
  const [one, other] = [`${digits(900)}1`, `${digits(900)}2`];
  expect(shortened(one, other)).not.toBe(shortened(other, one));
});
