import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diffVerb } from '../../scripts/diff';
import type { MomentDiff } from '../../src/modules/reading/moment-diffs/moment-diff.schemas';
import { perform } from '../../src/modules/cli/verb';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';
import { leadingTo, runVerb } from './run-verb';

describe('npm run diff', () => {
  let app: TestApp;
  let folder: string;
  let early: string;
  let late: string;

  const end = async (): Promise<string> => {
    const [head] = await app.database.sql<{ position: string }>('select position from ledger.head');
    return head?.position ?? '';
  };

  beforeAll(async () => {
    app = await startApp();
    folder = await mkdtemp(join(tmpdir(), 'flowledger-diff-'));
    await work(app.client, { executions: 3, calls: 1 });
    early = await end();
    await work(app.client, { executions: 30, calls: 1, prefix: 'later' });
    late = await end();
    await expectExact(app.database);
  });
  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true });
  });

  const run = (...args: readonly string[]) => runVerb(diffVerb, args, leadingTo(app, 'analyst'));

  it('says what differs up to now', async () => {
    const { status, out } = await run('execution-status', '--from', early);
    expect({ status, out }).toEqual({
      status: 0,
      out: expect.stringMatching(/execution_status +3 +33 +30 +0 +0\n/),
    });
    expect(out).toContain(`  from position ${early}  `);
    expect(out).toContain(`  to   position ${late}  `);
  });

  it('says that nothing differs', async () => {
    const { status, out } = await run('price-book', '--from', early, '--to', late);
    expect({ status, out }).toEqual({ status: 0, out: expect.stringContaining('no row differs') });
  });

  it('writes every row that differs to a file, and the result as JSON', async () => {
    const file = join(folder, 'changed.jsonl');
    const { status, out, err } = await run(
      ...['execution-status', '--from', early, '--file', file, '--json'],
    );
    expect({ status, err }).toEqual({ status: 0, err: `30 rows written to ${file}\n` });
    expect((JSON.parse(out) as MomentDiff).tables[0]).toMatchObject({ added: 30 });
    const kinds = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(Array(30).fill('added'));
  });

  it('leaves a file as it was where the rows break off, and says so', async () => {
    const file = join(folder, 'breaks-off.jsonl');
    await writeFile(file, 'before\n');
    const stop = new AbortController();
    let told = '';
    // Interrupted as soon as the result is told: the rows are asked for behind it.
    const status = await perform(diffVerb, ['execution-status', '--from', early, '--file', file], {
      env: leadingTo(app, 'analyst'),
      interrupted: stop.signal,
      out: { write: () => stop.abort() },
      err: { write: (text) => (told += text) },
    });
    expect({ status, told }).toEqual({ status: 1, told: `nothing written to ${file}: stopped\n` });
    expect(await readFile(file, 'utf8')).toBe('before\n');
    expect(await readdir(folder)).not.toContain('breaks-off.jsonl.partial');
  });

  it('leaves a file as it was where a proxy passes a part of the rows off as all', async () => {
    const file = join(folder, 'part.jsonl');
    await writeFile(file, 'before\n');
    const proxy = createServer((request, answer) => {
      const { authorization = '', accept = '' } = request.headers;
      void fetch(`${app.url}${request.url ?? ''}`, { headers: { authorization, accept } })
        .then(async (whole) => {
          answer.writeHead(whole.status, {
            'content-type': whole.headers.get('content-type') ?? '',
          });
          const text = await whole.text();
          answer.end(accept.includes('ndjson') ? text.split('\n', 3).join('\n') : text);
        })
        .catch((error: unknown) => answer.destroy(error as Error));
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    try {
      const { port } = proxy.address() as AddressInfo;
      const env = { ...leadingTo(app, 'analyst'), FLOWLEDGER_URL: `http://127.0.0.1:${port}` };
      const ran = await runVerb(
        diffVerb,
        ['execution-status', '--from', early, '--to', late, '--file', file],
        env,
      );
      expect({ status: ran.status, err: ran.err }).toEqual({
        status: 1,
        err: `nothing written to ${file}: 3 of 30 rows came\n`,
      });
      expect(await readFile(file, 'utf8')).toBe('before\n');
    } finally {
      proxy.close();
    }
  });

  it.each<[string[], number, string]>([
    [[], 2, '<projection> is missing'],
    [['roi-totals'], 2, '--from is missing'],
    [['roi-totals', '--from', 'soon'], 2, '--from: a position, or an ISO 8601 time'],
    [['roi-totals', '--from', '1', '--to', '1.5'], 2, '--to: a position, or an ISO 8601 time'],
    [['roi-totals', '--from', '1', '--to', '99999999'], 2, 'to: position 99999999 lies ahead'],
    [['roi-totale', '--from', '0'], 2, 'did you mean roi-totals?'],
  ])('%j is told what is wrong', async (args, status, message) => {
    const ran = await run(...args);
    expect({ status: ran.status, err: ran.err }).toEqual({
      status,
      err: expect.stringContaining(message),
    });
  });
});
