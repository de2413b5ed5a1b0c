import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveBack, partialOf, settle, takePlace } from './archive-folders';

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
    await giveBack(folder);
    expect([await written(), await readdir(root)]).toEqual(['old', ['events_1']]);
  });

  it('give it back as well where they took it in two attempts', async () => {
    await write(folder, 'old');
    await write(partialOf(folder), 'new');
    await rename(folder, `${folder}.replaced`); // there the first one was killed
    await takePlace(folder);
    expect(await written()).toBe('new');
    await giveBack(folder);
    expect([await written(), await readdir(root)]).toEqual(['old', ['events_1']]);
  });
});
