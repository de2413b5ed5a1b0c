import { Readable } from 'node:stream';
import { inBlocks } from './file-writer';

const blocksOf = async (chunks: readonly string[], bytesAtLeast: number): Promise<string[]> => {
  const blocks: string[] = [];
  const all = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const block of inBlocks(all, bytesAtLeast)) blocks.push(block.toString());
  return blocks;
};

test('a block is of whole lines, however they arrive', async () => {
  const text = 'one\ntwo\nthree\nfour\n';
  for (let size = 1; size <= text.length; size += 1) {
    const chunks = text.match(new RegExp(`[^]{1,${String(size)}}`, 'g')) ?? [];
    const blocks = await blocksOf(chunks, 6);
    expect(blocks.join('')).toBe(text);
    for (const block of blocks) expect(block).toMatch(/\n$/);
  }
});

test('a block has about the size that it is to have', async () => {
  expect(await blocksOf(['a\nb\n', 'c\nd\n', 'e\n'], 4)).toEqual(['a\nb\n', 'c\nd\n', 'e\n']);
  expect(await blocksOf(['a\nb\nc\nd\n'], 4)).toEqual(['a\nb\nc\nd\n']);
  expect(await blocksOf(['a\nb', '\nc\n'], 3)).toEqual(['a\n', 'b\nc\n']);
});

test('nothing is no block', async () => {
  expect(await blocksOf([], 4)).toEqual([]);
});

test('a line longer than a block is one', async () => {
  expect(await blocksOf(['long', 'er\n', 'b\n'], 2)).toEqual(['longer\n', 'b\n']);
});
