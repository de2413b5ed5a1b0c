import fc from 'fast-check';
import { linesOf, notText, overlong } from './lines';

async function* chunks(...parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield await Promise.resolve(part);
}

const read = async (parts: readonly Buffer[], longest = 20): Promise<unknown[]> => {
  const lines: unknown[] = [];
  for await (const some of linesOf(chunks(...parts), longest)) lines.push(...some);
  return lines;
};

const cutAt = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
};

test.each([
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\nb', ['a', 'b']],
  ['\n\n', ['', '']],
  ['a\r\nb\r\n', ['a\r', 'b\r']],
])('%j has the lines %j', async (text, lines) => {
  expect(await read([Buffer.from(text)])).toEqual(lines);
});

test('a line may be as long as allowed, and not a byte longer', async () => {
  const fits = 'x'.repeat(20);
  expect(await read([Buffer.from(`${fits}\n${fits}y\nnext`)])).toEqual([fits, overlong, 'next']);
  expect(await read([Buffer.from(fits)])).toEqual([fits]);
  expect(await read([Buffer.from(`${fits}y`)])).toEqual([overlong]);
});

test('length is counted in bytes', async () => {
  expect(await read([Buffer.from('ü'.repeat(11))])).toEqual([overlong]);
});

test.each([
  ['a byte that begins nothing', [0xff]],
  ['the half of a letter', [0xc3]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
])('%s is no text, wherever it is cut', async (_what, bytes) => {
  const all = Buffer.from([0x61, 0x0a, 0x62, ...bytes, 0x0a, 0x63]);
  for (let cut = 0; cut <= all.length; cut += 1) {
    expect(await read(cutAt(all, [cut]))).toEqual(['a', notText, 'c']);
  }
  expect(await read([Buffer.from(bytes)])).toEqual([notText]);
});

test('a replacement character that was sent as one is text', async () => {
  expect(await read([Buffer.from('a\uFFFDb\n')])).toEqual(['a\uFFFDb']);
});

test('any chunks give the same lines', async () => {
  const line = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((text) => text.replace(/\n/g, ''));
  const texts = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(2_000), { maxLength: 20 }), async (text, cuts) => {
      const bytes = Buffer.from(text);
      const expected = text
        .split('\n')
        .map((one) => (Buffer.byteLength(one) > 20 ? overlong : one));
      if (expected.at(-1) === '') expected.pop(); // what ends with a line end has no line behind it
      expect(await read(cutAt(bytes, cuts))).toEqual(expected);
    }),
  );
});

test('memory holds no more than one line and one chunk, however long a line is', async () => {
  const chunk = Buffer.alloc(65_536, 'x');
  const endless = Array.from({ length: 400 }, () => chunk);
  const before = process.memoryUsage().arrayBuffers;
  expect(await read([...endless, Buffer.from('\nnext')])).toEqual([overlong, 'next']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 65_536);
});
