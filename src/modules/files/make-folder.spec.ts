import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder';

describe('making a folder', () => {
  let home: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'flowledger-folder-'));
  });

  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  it('makes those above it as well, and leaves what is there', async () => {
    const folder = join(home, 'a', 'b', 'c');
    await makeFolder(folder, 0o700);
    await makeFolder(folder);
    const made = await stat(folder);
    expect([made.isDirectory(), made.mode & 0o777]).toEqual([true, 0o700]);
  });

  it('is done by several at once', async () => {
    const folder = join(home, 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(folder)));
    expect((await stat(folder)).isDirectory()).toBe(true);
  });

  it('says so where a file is in the way, of its own or above it', async () => {
    const file = join(home, 'file');
    await writeFile(file, '');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('ends below a folder that takes none, where the recursive mkdir of Node does not', async () => {
    // Where there is no /proc, it cannot be made.
    await expect(makeFolder('/proc/flowledger/home')).rejects.toMatchObject({ syscall: 'mkdir' });
  });
});
