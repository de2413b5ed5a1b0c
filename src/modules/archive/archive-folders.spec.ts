import { hash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveBack, partialOf, settle, takePlace } from './archive-folders';
import type { ArchiveManifest } from './archive-manifest';
import { archivedColumns } from './archived-line';

const none = '0'.repeat(64);
const manifest: ArchiveManifest = {
  format: 'flowledger-archive/1',
  partition: 'events_1',
  started: '8',
  firstPosition: '1',
  lastPosition: '7',
  columns: [...archivedColumns],
  before: { position: '0', hash: none, digests: [] },
  hashBefore: none,
  hashAfter: none,
  files: [],
};

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'archive-folders-'));
  folder = join(root, 'events_1');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(path);
  await writeFile(join(path, 'manifest.json'), text);
};
const written = (): Promise<string> => readFile(join(folder, 'manifest.json'), 'utf8');

describe('files that take the place of others', () => {
  it('are all there is once they are settled', async () => {
    await write(folder, 'old');
    await write(partialOf(folder), 'new');
    await takePlace(folder);
    await settle(folder);
    expect([await written(), await readdir(root)]).toEqual(['new', ['events_1']]);
  });

  it('give it back, where they are not gone on with', async () => {
    await write(folder, 'old');
    await write(partialOf(folder), 'new');
    await takePlace(folder);
    await giveBack(folder, null);
    expect([await written(), await readdir(root)]).toEqual(['old', ['events_1']]);
  });

  it('give it back as well where they took it in two attempts', async () => {
    await write(folder, 'old');
    await write(partialOf(folder), 'new');
    await rename(folder, `${folder}.replaced`); // there the first one was killed
    await takePlace(folder);
    expect(await written()).toBe('new');
    await giveBack(folder, null);
    expect([await written(), await readdir(root)]).toEqual(['old', ['events_1']]);
  });

  it('stay where the ledger names them, though older ones wait beside them still', async () => {
    const text = JSON.stringify(manifest);
    await write(`${folder}.replaced`, 'older');
    await write(folder, text);
    await write(partialOf(folder), 'half');
    await giveBack(folder, hash('sha256', text));
    expect([await written(), await readdir(root)]).toEqual([text, ['events_1']]);
  });
});
