import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { unreadable } from './unreadable';

const reasonOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(unreadable);

test.each([
  ['/nowhere/at/all', 'there is no such file'],
  [tmpdir(), 'it is a folder'],
])('%s: %s', async (path, reason) => {
  expect(await reasonOf(path)).toBe(reason);
});

test('what no code names is told as it is', () => {
  expect(unreadable(new Error('it has 500 MB'))).toBe('it has 500 MB');
});
