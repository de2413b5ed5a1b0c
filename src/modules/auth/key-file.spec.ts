import { link, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysOf, readKeyFile } from './key-file';

let home: string;
let path: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'key-file-'));
  path = join(home, 'keys.json');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const modeOf = async (file: string): Promise<string> =>
  ((await stat(file)).mode & 0o777).toString(8);

test('three keys are made once, for their owner’s eyes only', async () => {
  const made = await readKeyFile(home);
  expect(new Set(Object.values(made)).size).toBe(3);
  for (const secret of Object.values(made)) expect(secret).toMatch(/^[\w-]{32}$/);
  expect(await modeOf(path)).toBe('600');
  expect(await readKeyFile(home)).toEqual(made);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(made);
  expect(await readdir(home)).toEqual(['keys.json']);
});

test('of two that start together both get the same', async () => {
  const [one, other] = await Promise.all([readKeyFile(home), readKeyFile(home)]);
  expect(other).toEqual(one);
});

test('a start that was killed with its draft there changes no keys of a later one with its id', async () => {
  const made = await readKeyFile(home);
  await link(path, `${path}.${String(process.pid)}`);
  expect(await readKeyFile(home)).toEqual(made);
});

test('a file that others may read is closed to them', async () => {
  const keys = Object.fromEntries(
    ['service', 'analyst', 'operator'].map((role) => [role, role.padEnd(24, 'x')]),
  );
  await writeFile(path, JSON.stringify(keys), { mode: 0o644 });
  expect(await readKeyFile(home)).toEqual(keys);
  expect(await modeOf(path)).toBe('600');
});

/** As somebody may have edited it: keys of 24 characters that end so. */
const fileOf = (service: string, analyst: string, operator: string): string => {
  const padded = (end: string): string => end.padStart(24, 'x');
  const keys = { service: padded(service), analyst: padded(analyst), operator: padded(operator) };
  return JSON.stringify(keys);
};

test.each([
  ['{"service": "short"}', /keys\.json is not a file of three keys \(service: .*analyst/],
  ['not json', /keys\.json is not a file of three keys/],
  ['', /keys\.json is not a file of three keys/],
  [
    fileOf('a', 'a', 'c'),
    /keys\.json is not a file of three keys \(analyst: is the key of service/,
  ],
  [fileOf('a', 'b\n', 'c'), /three keys \(analyst: is 24 characters or more, in ASCII and without/],
  [fileOf('a', 'b', 'c '), /three keys \(operator: is 24 characters or more/],
  [fileOf('é', 'b', 'c'), /three keys \(service: is 24 characters or more/],
])('a file of %j is refused by its name', async (content, message) => {
  await writeFile(path, content);
  await expect(readKeyFile(home)).rejects.toThrow(message);
});

test('a folder that is not there is told in words', async () => {
  await expect(readKeyFile(join(home, 'none'))).rejects.toThrow(/^cannot write .*keys\.json/);
});

test('each key has the name of its role', () => {
  const file = { service: 's', analyst: 'a', operator: 'o' };
  expect(keysOf(file)).toEqual([
    { role: 'service', name: 'service', secret: 's' },
    { role: 'analyst', name: 'analyst', secret: 'a' },
    { role: 'operator', name: 'operator', secret: 'o' },
  ]);
});
