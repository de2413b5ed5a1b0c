import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeNeeding } from '../harness/needing';
import { runProgram } from '../harness/run-program';

const script = join(__dirname, '../../dist/scripts/contract.js');
const args = [script, '--help'];
const full = '/dev/full';
const fullMissing = existsSync(full) ? null : `there is no ${full} here`;

describe('a verb whose output nobody takes', () => {
  it('ends in silence where its reader is gone, and not as if it had done its work', async () => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const [[status], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
    expect({ status: status as number, err }).toEqual({ status: 1, err: '' });
  });
});

describeNeeding('a verb whose output goes to a disk that is full', fullMissing, () => {
  it('says so in a line', async () => {
    const command = `"$0" "$@" > ${full}`;
    const { code, err } = await runProgram('sh', ['-c', command, process.execPath, ...args]);
    expect(code).toBe(1);
    expect(err).toMatch(/^cannot write to standard output: ENOSPC: .*\n$/);
  });
});
