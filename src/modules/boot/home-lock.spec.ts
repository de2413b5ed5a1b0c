import { link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HomeInUse, readServerFile, takeHome, writeServerFile } from './home-lock';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-lock-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const lock = (content: string): Promise<void> => writeFile(join(home, 'server.lock'), content);

test('a home is taken by one server at a time, and given back', async () => {
  const giveBack = await takeHome(home);
  await expect(takeHome(home)).rejects.toThrow(HomeInUse);
  await giveBack();
  await (
    await takeHome(home)
  )();
  expect(await readdir(home)).toEqual([]);
});

test('of two that start together one has it', async () => {
  const starts = await Promise.allSettled([takeHome(home), takeHome(home), takeHome(home)]);
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('whoever is refused is told where the other runs, and its process', async () => {
  const giveBack = await takeHome(home);
  await expect(takeHome(home)).rejects.toThrow(/and is starting or stopping \(pid \d+\)/);
  await writeServerFile(home, { url: 'http://127.0.0.1:3000', pid: process.pid });
  await expect(takeHome(home)).rejects.toThrow(
    `a server runs at http://127.0.0.1:3000 (pid ${String(process.pid)}); stop it, or set FLOWLEDGER_HOME`,
  );
  await giveBack();
  expect(await readServerFile(home)).toBeUndefined();
});

test('a home is made where there is none', async () => {
  const inner = join(home, 'a', 'b');
  await (
    await takeHome(inner)
  )();
  expect(await readdir(inner)).toEqual([]);
});

test.each([
  ['of a process that is gone', JSON.stringify({ pid: 4_194_304 + 17, started: '1' })],
  ['of another process that had the same id', JSON.stringify({ pid: process.pid, started: '1' })],
  ['that is not whole', '{"pid": 1'],
  ['that is empty', ''],
])('a lock %s is taken over', async (_whose, content) => {
  await lock(content);
  await (
    await takeHome(home)
  )();
});

test('a lock is taken over whose holder was killed with its draft there, and had the same id', async () => {
  await lock(JSON.stringify({ pid: process.pid, started: '1' }));
  const path = join(home, 'server.lock');
  await link(path, `${path}.${String(process.pid)}`);
  await (
    await takeHome(home)
  )();
});

test('a file in place of the folder is told in words', async () => {
  const path = join(home, 'file');
  await writeFile(path, '');
  await expect(takeHome(path)).rejects.toThrow(`cannot write to FLOWLEDGER_HOME ${path}: `);
});

describe('what clients look up', () => {
  test('is where the server is', async () => {
    await writeServerFile(home, { url: 'http://127.0.0.1:3000', pid: 17 });
    expect(await readServerFile(home)).toEqual({ url: 'http://127.0.0.1:3000', pid: 17 });
    expect(await readdir(home)).toEqual(['server.json']);
  });

  test.each(['', '{', '{"url": "http://x"}', '[]'])('%j is as good as nothing', async (content) => {
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'server.json'), content);
    expect(await readServerFile(home)).toBeUndefined();
  });
});
