/*
 * What docs/operations.md says of backups, done: a dump while commands go on, restored on another
 * server, and proven there.
 */
import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Flowledger } from '../../client';
import { startEmbeddedPostgres } from '../../src/modules/database/embedded';
import type { EmbeddedPostgres } from '../../src/modules/database/embedded';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeNeeding } from '../harness/needing';
import { atDatabase, query } from '../harness/postgres';
import { pythonPrograms, pythonProgramsMissing } from '../harness/python';
import { runSuccessfully } from '../harness/run-program';
import { work } from '../harness/work';

const tool = (name: string): string =>
  join(pythonPrograms(), 'embedded_postgres/pginstall/bin', name);

interface Proof {
  readonly holds: boolean;
  readonly ledger: { readonly position: string };
  readonly projections: readonly { readonly projection: string; readonly holds: boolean }[];
}

const commitSql = `
select last_position::text as position, encode(hash, 'hex') as hash
from ledger.commits where last_position = $1`;
const headSql = `select position::text, encode(hash, 'hex') as hash from ledger.head`;

describeNeeding('a backup', pythonProgramsMissing(), () => {
  let folder: string;
  let elsewhere: EmbeddedPostgres;
  let source: TestApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowledger-backup-'));
    await chmod(folder, 0o711); // root's PostgreSQL runs as another user, who has to pass
    elsewhere = await startEmbeddedPostgres({ home: join(folder, 'home'), log: () => undefined });
    source = await startApp();
  });
  afterAll(async () => {
    await source.stop();
    await elsewhere.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('taken while commands go on is restored on another server, proven, and goes on there', async () => {
    await work(source.client, { executions: 20, calls: 10 });
    const beforehand = { idempotencyKey: 'before-the-backup' };
    const started = { executionId: 'known' };
    await source.client.command('start-execution', started, beforehand);

    const meanwhile = new Flowledger({ url: source.url, key: source.keys.service });
    const dumped = new AbortController();
    const load = (async () => {
      for (let number = 0; !dumped.signal.aborted; number += 1) {
        await meanwhile.command('start-execution', { executionId: `meanwhile-${number}` });
      }
    })();
    const dump = join(folder, 'flowledger.dump');
    const { ownerUrl } = source.database;
    await runSuccessfully(tool('pg_dump'), ['--format=custom', `--file=${dump}`, ownerUrl]);
    dumped.abort();
    const roles = ['--roles-only', '--no-role-passwords', '--dbname', ownerUrl];
    expect(await runSuccessfully(tool('pg_dumpall'), roles)).toMatch(/create role flowledger_app/i);
    await load;

    await runSuccessfully(tool('pg_restore'), [
      '--create',
      '--exit-on-error',
      '--dbname',
      atDatabase(elsewhere.ownerUrl, 'postgres'),
      dump,
    ]);
    const name = new URL(ownerUrl).pathname.slice(1);
    const restoredUrl = atDatabase(elsewhere.ownerUrl, name);
    const [head] = await query<{ position: string }>(restoredUrl, headSql);
    expect(await source.database.sql(commitSql, [head!.position])).toEqual([head]);

    const restored = await startApp({
      database: {
        url: atDatabase(elsewhere.appUrl, name),
        ownerUrl: restoredUrl,
        sql: (text, values) => query(restoredUrl, text, values),
        drop: () => Promise.resolve(),
      },
    });
    try {
      const { body: proof } = await restored.client.get<Proof>('/v1/verify', {
        key: restored.keys.operator,
      });
      expect(proof).toMatchObject({ holds: true, ledger: { position: head!.position } });
      expect(proof.projections.filter(({ holds }) => !holds)).toEqual([]);
      expect(proof.projections.length).toBeGreaterThan(5);

      const again = await restored.client.command('start-execution', started, beforehand);
      expect(again).toMatchObject({ status: 200, body: { duplicate: true } });
      const next = await restored.client.command('start-execution', { executionId: 'after' });
      expect(next.body.position).toBe(String(Number(head!.position) + 1));
    } finally {
      await restored.stop();
    }
  });
});
