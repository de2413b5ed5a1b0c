import { copiedRows, fieldsOf } from './copy-text';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

describe('the text of COPY', () => {
  it('tells null, an empty text and escapes apart', () => {
    expect(fieldsOf('\\N\t\t\\\\N\ta\\tb\\nc\\\\')).toEqual([null, '', '\\N', 'a\tb\nc\\']);
  });

  it.each([1, 2, 3, 7, 1_000])('is the same however it is cut, here by %i bytes', async (size) => {
    const bytes = Buffer.from('1\tÜber\n2\t\\N\n3\t{"a":"\\\\n"}\n');
    const rows: unknown[] = [];
    for await (const some of copiedRows(inChunks(bytes, size))) rows.push(...some);
    expect(rows).toEqual([
      ['1', 'Über'],
      ['2', null],
      ['3', '{"a":"\\n"}'],
    ]);
  });
});
