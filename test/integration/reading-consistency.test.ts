import { ReadingDatabase } from '../../src/modules/reading/reading-database';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer, Problem } from '../harness/client';
import { eventually } from '../harness/eventually';
import { chanceOf, seedOf } from '../harness/seed';

interface Rows {
  readonly position: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | null;
}

let app: TestApp;
const chance = chanceOf(seedOf('reading-consistency'));
const list = '/v1/projections/execution-status';

const get = <Body = Rows & Problem>(path: string): Promise<Answer<Body>> =>
  app.client.get<Body>(path);
const start = (executionId: string, occurredAt?: string) =>
  app.client.command('start-execution', { executionId, occurredAt });
const name = (index: number): string => `e${String(index).padStart(4, '0')}`;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

describe('minPosition', () => {
  it('shows to a caller what the caller has just recorded', async () => {
    for (let index = 0; index < 20; index += 1) {
      const { body } = await start(`mine-${String(index)}`);
      const { body: read } = await get<Rows & { row: { executionId: string } }>(
        `${list}/mine-${String(index)}?minPosition=${body.position}`,
      );
      expect(read.row.executionId).toBe(`mine-${String(index)}`);
      expect(BigInt(read.position)).toBeGreaterThanOrEqual(BigInt(body.position));
    }
  });

  it('is waited for while it is still to come', async () => {
    const { body } = await start('before');
    const ahead = BigInt(body.position) + 1n;
    let answered = false;
    const waiting = get(`${list}?limit=1&minPosition=${ahead.toString()}`).finally(() => {
      answered = true;
    });
    await get(`${list}?limit=1`); // another one is not held up by it
    expect(answered).toBe(false);
    await start('after');
    const { status, body: read } = await waiting;
    expect(status).toBe(200);
    expect(BigInt(read.position)).toBeGreaterThanOrEqual(ahead);
  });

  it('is answered by 503 when it does not come', async () => {
    const answers = await Promise.all([
      app.client.get<Problem>(`${list}?minPosition=1000000`, { once: true }),
      app.client.get<Problem>(`${list}/before?minPosition=1000000`, { once: true }),
      app.client.get<Problem>(`${list}?minPosition=1000000`, { accept: 'text/csv', once: true }),
    ]);
    for (const { status, body, headers } of answers) {
      expect([status, body.code]).toEqual([503, 'position-not-reached']);
      expect(headers.get('retry-after')).toBe('1');
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
  });
});

describe('an answer', () => {
  it('is of one moment: its rows hold what its position says, no more and no less', async () => {
    const { body } = await start('counted');
    const base = BigInt(body.position);
    const level = await get(`/v1/projections/roi-totals?minPosition=${body.position}`);
    expect(level.status).toBe(200);
    let written = 0;
    const writer = (async () => {
      for (; written < 150; written += 1) {
        await app.client.command('record-llm-call', {
          executionId: 'counted',
          agent: `agent-${String(written % 7)}`,
          model: 'm',
          inputTokens: 1,
          outputTokens: 1,
          durationSeconds: 1,
        });
      }
    })();
    let looks = 0;
    while (written < 150) {
      const { body: read } = await get('/v1/projections/roi-totals?groupBy=agent');
      const calls = read.rows.reduce((sum, row) => sum + BigInt(row['calls'] as string), 0n);
      expect(calls).toBe(BigInt(read.position) - base);
      looks += 1;
    }
    await writer;
    expect(looks).toBeGreaterThan(0);
  });
});

describe('a snapshot whose connection breaks between two of its statements', () => {
  it('ends in a 503, and the process goes on', async () => {
    const reading = app.get(ReadingDatabase);
    const broken = reading.snapshot(async (ask) => {
      const [own] = await ask<{ pid: number }>('select pg_backend_pid() as pid', []);
      await app.database.sql('select pg_terminate_backend($1)', [own?.pid]);
      await eventually('the backend is gone', async () => {
        const gone = 'select from pg_stat_activity where pid = $1';
        return (await app.database.sql(gone, [own?.pid])).length === 0;
      });
      return ask('select 1', []);
    });
    await expect(broken).rejects.toMatchObject({ status: 503, code: 'unavailable' });
    expect(await get(list)).toMatchObject({ status: 200 });
  });
});

describe('pages', () => {
  it('hold every row that was there once, while rows are changed and added', async () => {
    const there = Array.from({ length: 300 }, (_, index) => name(index));
    const { body: answers } = await app.client.bulk(
      there.map((executionId, index) => ({
        command: 'start-execution',
        // Many share a time, so the key has to tell them apart.
        data: { executionId, occurredAt: `2026-02-0${String(1 + (index % 5))}T00:00:00Z` },
      })),
    );
    const last = Math.max(...answers.map(({ position }) => Number(position)));
    const seen: string[] = [];
    let cursor = `&minPosition=${String(last)}`;
    for (let added = 300; cursor !== ''; added += 1) {
      const { body } = await get(`${list}?from=2026-02-01&to=2026-02-06&limit=17${cursor}`);
      seen.push(...body.rows.map((row) => row['executionId'] as string));
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
      const stage = { executionId: chance.oneOf(there), reason: 'changed' };
      const [changed] = await Promise.all([
        app.client.command('heartbeat-execution', stage),
        start(name(added), `2026-02-0${String(chance.between(1, 5))}T12:00:00Z`),
      ]);
      await get(`${list}?limit=1&minPosition=${changed.body.position}`);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(there));
  });
});
