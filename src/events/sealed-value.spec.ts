import { isSealed, maySeal, revealed, sealedForm, sealedIn } from './sealed-value';
import type { Revelation, Sealed } from './sealed-value';

const sealed: Sealed = {
  key: { subject: 'reader:9.b-c', generation: 3 },
  place: 'DeploymentDecided.override.reason',
  ciphertext: 'AZaz09_-',
};
const text = '{sealed/1/reader:9.b-c/3/DeploymentDecided.override.reason/AZaz09_-}';

const as = (found: Revelation) => (): Revelation => found;
const plain = (value: unknown) => as({ kind: 'plain', value });
const forgotten = as({ kind: 'forgotten' });
const kept = as({ kind: 'kept' });

test('a text becomes a text, anything else an object', () => {
  expect(sealedForm('hello', sealed)).toBe(text);
  for (const value of [{ a: 1 }, [1], 7, true]) {
    expect(sealedForm(value, sealed)).toEqual({ sealed: text });
  }
});

test('what is sealed is found wherever it stands, and tells whose it is', () => {
  const row = {
    timeline: [{ text: `quality has approved: ${text}` }],
    of: { sealed: text },
    n: 1n,
  };
  expect(sealedIn(row)).toEqual([sealed, sealed]);
  expect(sealedIn(['nothing', null, 7, { a: undefined }])).toEqual([]);
});

test('a text is opened in its place, also within a longer one', () => {
  expect(revealed([text, `a ${text} b ${text}`], plain('x "y"'))).toEqual([
    'x "y"',
    'a x "y" b x "y"',
  ]);
  expect(revealed(`a ${text}.`, forgotten)).toBe('a [forgotten].');
});

test('an object is opened to what it was', () => {
  expect(revealed({ metadata: { sealed: text } }, plain({ a: [1] }))).toEqual({
    metadata: { a: [1] },
  });
  expect(revealed({ metadata: { sealed: text } }, forgotten)).toEqual({
    metadata: { forgotten: true },
  });
});

test('what cannot be opened stays as it is, and so does everything else', () => {
  const row = { a: text, b: { sealed: text }, c: [null, 1, 2n, true], d: 'text', e: undefined };
  expect(revealed(row, kept)).toEqual(row);
});

test('what is opened is not opened once more', () => {
  expect(revealed(text, plain(text))).toBe(text);
});

test('only what is sealed and nothing else is taken for sealed', () => {
  expect(isSealed(text)).toBe(true);
  expect(isSealed({ sealed: text })).toBe(true);
  const others = [
    `${text} and more`,
    ` ${text}`,
    `${text}${text}`,
    '{sealed/1/',
    'sealed',
    '',
    null,
    7,
    { sealed: text, more: 1 },
    { sealed: `${text} ` },
    { sealed: 7 },
    [text],
    '{sealed/2/ann/0/A.b/AAAA}',
  ];
  for (const other of others) expect({ other, is: isSealed(other) }).toEqual({ other, is: false });
});

test('a text without any is told from the others at once', () => {
  expect(maySeal(text)).toBe(true);
  expect(maySeal('{"sealed":true}')).toBe(false);
});
