import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../cli/verb';
import { readJsonFile } from './log-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flowledger-log-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (bytes: Buffer): Promise<unknown> => {
  const path = join(folder, 'log.json');
  await writeFile(path, bytes);
  return readJsonFile(path);
};

const text = '[{"agent": "Zürich"}]';

test('a file in UTF-8 is read, with a byte order mark or without', async () => {
  expect(await read(Buffer.from(text))).toEqual([{ agent: 'Zürich' }]);
  expect(await read(Buffer.from(`\ufeff${text}`))).toEqual([{ agent: 'Zürich' }]);
});

test.each([
  ['Latin-1', Buffer.from(text, 'latin1')],
  ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
])('a file in %s is refused, with what to do', async (_encoding, bytes) => {
  const reading = read(bytes);
  await expect(reading).rejects.toThrow(Failure);
  await expect(reading).rejects.toThrow(/log\.json is not UTF-8 text: save it as JSON in UTF-8$/);
});
