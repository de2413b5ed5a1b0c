import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from './write-whole';

describe('a file that is written whole', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowledger-whole-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const read = (): Promise<string> => readFile(join(folder, 'one.jsonl'), 'utf8');
  const write = (text: string): Promise<void> =>
    writeWhole(folder, 'one.jsonl', (handle) => handle.writeFile(text));

  it('is there, in place of what there was', async () => {
    await write('before\n');
    await write('after\n');
    expect(await read()).toBe('after\n');
    expect(await readdir(folder)).toEqual(['one.jsonl']);
  });

  it('stays what it was where writing breaks off, and nothing else is left', async () => {
    await write('before\n');
    const breaking = writeWhole(folder, 'one.jsonl', async (handle) => {
      await handle.appendFile('half');
      throw new Error('broken off');
    });
    await expect(breaking).rejects.toThrow('broken off');
    expect(await read()).toBe('before\n');
    expect(await readdir(folder)).toEqual(['one.jsonl']);
  });
});
