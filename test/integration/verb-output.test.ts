import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const script = join(__dirname, '../../dist/scripts/contract.js');
const args = [script, '--help'];
const full = '/dev/full';
const itHasFull = existsSync(full) ? it : it.skip;

describe('a verb whose output nobody takes', () => {
  it('ends in silence where its reader is gone, and not as if it had done its work', async () => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const [[status], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
    expect({ status: status as number, err }).toEqual({ status: 1, err: '' });
  });

  itHasFull('says in a line that the disk is full', async () => {
    const disk = await open(full, 'w');
    const child = spawn(process.execPath, args, { stdio: ['ignore', disk.fd, 'pipe'] });
    const [[status], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
    await disk.close();
    expect(status).toBe(1);
    expect(err).toMatch(/^cannot write to standard output: ENOSPC: .*\n$/);
  });
});
