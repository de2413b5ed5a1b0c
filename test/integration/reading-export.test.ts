import { observed, quantile } from '../../src/projections/histogram';
import { roiTotals } from '../../src/projections/roi-totals/roi-totals.projection';
import { OpenStreams } from '../../src/modules/reading/open-streams';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { firstGenerationOf } from '../harness/read-models';
import { openStream, readingStandsStill } from './streamed';

const count = 20_500;
const statuses = firstGenerationOf('execution-status');
const list = '/v1/projections/execution-status';
const totals = '/v1/projections/roi-totals';

let app: TestApp;
let position: string;

const csv = { accept: 'text/csv' };
const ndjson = { accept: 'application/x-ndjson' };
const id = (index: number): string => `e${String(index).padStart(5, '0')}`;

/** As many rows as it takes, made of the one that a command made: no need to fold them all. */
const copiesSql = (table: string, changes: string): string => `
insert into ${table} select (jsonb_populate_record(row, ${changes})).*
from ${table} as row, generate_series(1, ${String(count - 1)}) as i`;

beforeAll(async () => {
  app = await startApp();
  await app.client.command('start-execution', { executionId: id(0), topic: '' });
  const { body } = await app.client.command('record-llm-call', {
    executionId: id(0),
    agent: 'agent 0',
    model: 'm',
    inputTokens: 0,
    outputTokens: 2,
    durationSeconds: 1,
    costUsd: 0.001,
  });
  ({ position } = body);
  for (const path of [list, totals]) {
    const applied = await app.client.get(`${path}?minPosition=${position}`);
    expect(applied.status).toBe(200);
  }
  await app.database.sql(
    copiesSql(
      `${statuses}.execution_status`,
      `jsonb_build_object('execution_id', 'e' || lpad(i::text, 5, '0'),
         'topic', repeat(E'many words, "quoted"\nover lines ', 8) || i)`,
    ),
  );
  for (const table of ['roi_totals', 'roi_totals_rollup']) {
    await app.database.sql(
      copiesSql(
        `roi_totals_v${String(roiTotals.version)}_1.${table}`,
        `jsonb_build_object('agent', '"agent" no. ' || i || case i % 2 when 0 then ', é' else E'\n=1+1' end,
           'input_tokens', i)`,
      ),
    );
  }
});

afterAll(() => app.stop());

/** RFC 4180. */
const parsedCsv = (text: string): string[][] => {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^,"\n]*))(,|\n)/g,
  )) {
    row.push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
};

describe('all rows', () => {
  it('come as JSON lines, equal to the pages', async () => {
    const stream = await openStream(app, `${list}?sort=executionId`, ndjson);
    expect(stream.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(stream.headers['x-flowledger-position']).toBe(position);
    const { complete, text } = await stream.rest();
    expect(complete).toBe(true);
    const rows = text.trimEnd().split('\n');
    expect(rows).toHaveLength(count);
    const ids = rows.map((row) => (JSON.parse(row) as { executionId: string }).executionId);
    expect(ids).toEqual(Array.from({ length: count }, (_, index) => id(index)));
    const { body } = await app.client.get<{ rows: object[] }>(
      `${list}?sort=executionId&limit=1000`,
    );
    expect(rows.slice(0, 1_000).map((row) => JSON.parse(row) as object)).toEqual(body.rows);
  });

  it('come as CSV, equal to the table', async () => {
    const stream = await openStream(app, totals, csv);
    expect(stream.headers['content-type']).toBe('text/csv; charset=utf-8');
    const { complete, text } = await stream.rest();
    expect(complete).toBe(true);
    const [header, ...rows] = parsedCsv(text);
    expect(header?.join()).toBe(
      'day,agent,model,deployment,execution,calls,unpricedCalls,inputTokens,cachedInputTokens,' +
        'outputTokens,reasoningTokens,costNanoUsd,sunkNanoUsd,repricedNanoUsd,humanMicroHours,' +
        'humanCostNanoUsd,durationMs,costUsd,humanHours,humanCostUsd,multiplier',
    );
    const told = rows.map(([day, name, model, , , calls, , input, , , , cost]) =>
      [day, name, model, calls, input, cost].join('|'),
    );
    const table = await app.database.sql<{ row: string }>(
      `select concat_ws('|', day, agent, model, calls, input_tokens, cost_nano_usd) as row from read.roi_totals`,
    );
    expect(table).toHaveLength(count);
    expect(told.sort()).toEqual(table.map(({ row }) => row).sort());
    const p50 = quantile(observed(1_000), 0.5);
    expect(JSON.parse(rows[0]?.[16] ?? '')).toEqual({ p50, p95: p50, p99: p50 });
  });

  it('keep apart in CSV what is empty and what is not there', async () => {
    const stream = await openStream(app, `${list}?executionId=${id(0)}`, csv);
    const [, line = ''] = (await stream.rest()).text.split('\n');
    expect(line).toContain(`${id(0)},content,"",,running,,,{},0,`);
  });

  it('are as many as asked for where a limit is given, and none are only a header', async () => {
    const some = await openStream(app, `${list}?limit=3`, csv);
    expect(parsedCsv((await some.rest()).text)).toHaveLength(4);
    const none = await openStream(app, `${list}?executionId=nobody`, csv);
    expect((await none.rest()).text).toMatch(/^executionId,flow,[^\n]*,deploymentId,costUsd\n$/);
    const noLines = await openStream(app, `${list}?executionId=nobody`, ndjson);
    expect(await noLines.rest()).toEqual({ complete: true, text: '' });
  });

  it('are grouped and filtered as on pages', async () => {
    const stream = await openStream(
      app,
      `${totals}?groupBy=model&inputTokens=${String((count * (count - 1)) / 2)}`,
      csv,
    );
    const [header, ...rows] = parsedCsv((await stream.rest()).text);
    expect(header?.slice(0, 2)).toEqual(['model', 'calls']);
    expect(rows.map((row) => row.slice(0, 2))).toEqual([['m', String(count)]]);
  });

  it('have a fault of the query told as a problem', async () => {
    const stream = await openStream(app, `${list}?limit=x`, csv);
    expect([stream.status, stream.headers['content-type']]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    stream.close();
  });
});

describe('a slow reader', () => {
  it('holds one page and no connection, and gets everything in the end', async () => {
    const stream = await openStream(app, `${list}?sort=executionId`, ndjson);
    await stream.until((text) => text.length > 0);
    await readingStandsStill(app);
    // Those that are not the stream's own are over in a moment.
    await eventually('no transaction is open', async () => {
      const open = await app.database.sql(
        `select pid from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
      );
      return open.length === 0;
    });
    expect(app.get(OpenStreams).count).toBe(1);
    const { complete, text } = await stream.rest();
    expect(complete).toBe(true);
    expect(text.trimEnd().split('\n')).toHaveLength(count);
    await eventually('the stream is let go', () => app.get(OpenStreams).count === 0);
  });

  it('that hangs up is let go', async () => {
    const stream = await openStream(app, list, ndjson);
    await stream.until((text) => text.length > 0);
    stream.close();
    await eventually('the stream is let go', () => app.get(OpenStreams).count === 0);
  });
});

describe('an export that fails on its way', () => {
  it('breaks the connection instead of ending as if it were whole', async () => {
    const stream = await openStream(app, `${list}?sort=executionId`, ndjson);
    await stream.until((text) => text.length > 0);
    await app.database.sql(`alter table ${statuses}.execution_status rename to away`);
    try {
      const { complete, text } = await stream.rest();
      expect(complete).toBe(false);
      expect(text.split('\n').length).toBeLessThan(count);
    } finally {
      await app.database.sql(`alter table ${statuses}.away rename to execution_status`);
    }
    expect(app.logs.join()).toContain('"context":"OpenStreams"');
  });

  it('is no whole to the fetch of Node either, which takes an end for one where the connection is to close', async () => {
    const answer = await fetch(`${app.url}${list}?sort=executionId`, {
      headers: { ...ndjson, authorization: `Bearer ${app.keys.analyst}` },
    });
    await app.database.sql(`alter table ${statuses}.execution_status rename to away`);
    try {
      await expect(answer.text().then(({ length }) => length)).rejects.toThrow('terminated');
    } finally {
      await app.database.sql(`alter table ${statuses}.away rename to execution_status`);
    }
  });
});
