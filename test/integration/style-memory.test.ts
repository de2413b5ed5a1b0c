import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SEMANTIC } from '../../src/modules/style-memory/semantic-port';
import type { SemanticPort } from '../../src/modules/style-memory/semantic-port';
import { SemanticUnavailable } from '../../src/modules/style-memory/semantic/semantic-unavailable';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Accepted, Answer, Client, Problem } from '../harness/client';
import { eventually } from '../harness/eventually';
import { expectExact } from '../harness/read-models';

interface Found {
  readonly text: string;
  readonly score: number;
  readonly source: string;
  readonly paragraph: number;
  readonly paragraphId: string;
  readonly arms: { readonly lexical: number | null; readonly semantic: number | null };
}

interface StyleAnswer {
  readonly results: readonly Found[];
  readonly nearMisses: readonly Found[];
  readonly degraded: boolean;
  readonly latencyMs: number;
  readonly position: string;
  readonly note?: string;
}

type Row = Readonly<Record<string, unknown>>;

const articleNamed = (name: string): string =>
  readFileSync(join(__dirname, `../fixtures/articles/${name}`), 'utf8');
const alarm = articleNamed('the-quiet-alarm.md');
const spelling = articleNamed('spelling-in-the-house.md');

/** As long as nothing is said of scores; what they are worth is told elsewhere. */
const anyScore = { nResults: 5, minScore: 0 };

const away = (): Promise<never> => Promise.reject(new SemanticUnavailable('this is about words'));
const nothingMeant: SemanticPort = {
  trouble: () => Promise.resolve(null),
  search: away,
  score: away,
  status: () => Promise.resolve({ model: 'none', indexed: 0, pending: 0, available: false }),
};

/** An application in which words alone decide, and nothing else reads the articles. */
const startByWords = (env: Readonly<Record<string, string>> = {}): Promise<TestApp> =>
  startApp({
    providers: new Map([[SEMANTIC, nothingMeant]]),
    env: { FLOWLEDGER_PARTS: 'api,projector', ...env },
  });

let app: TestApp;
let client: Client;
const open = async (started: Promise<TestApp>): Promise<void> => {
  app = await started;
  ({ client } = app);
};

const index = async (
  source: string,
  markdown: string,
  more: object = {},
): Promise<Answer<Accepted & Problem>> =>
  client.command('index-article', { source, markdown, ...more });

const ask = async (query: object): Promise<StyleAnswer> => {
  const { status, body } = await client.post<StyleAnswer>('/v1/style-memory/query', query);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body;
};

const positionOf = async (): Promise<number> => {
  const [head] = await app.database.sql<{ position: string }>('select position from ledger.head');
  return Number(head?.position);
};

const rowsOf = async (projection: string, query: string, position: string): Promise<Row[]> => {
  const { status, body } = await client.get<{ rows: Row[] }>(
    `/v1/projections/${projection}?minPosition=${position}&${query}`,
  );
  expect([status, body]).toEqual([200, expect.anything()]);
  return body.rows;
};

describe('an article', () => {
  beforeEach(() => open(startByWords()));
  afterEach(() => app.stop());

  test('is indexed by its prose, in order', async () => {
    const { status, body } = await index('alarm.md', alarm, { publishedAt: '2026-03-02' });
    expect(status).toBe(200);
    expect(body.events).toEqual([expect.objectContaining({ type: 'ArticleIndexed' })]);
    const rows = await rowsOf('style-paragraphs', 'sort=paragraph', body.position);
    expect(rows.map(({ paragraph, present }) => [paragraph, present])).toEqual([
      [1, '1'],
      [2, '1'],
      [3, '1'],
      [4, '1'],
    ]);
    expect(rows.map(({ text }) => String(text).split(' ').slice(0, 3).join(' '))).toEqual([
      'An alarm that',
      'Nobody writes the',
      'A warning that',
      'Trust is spent',
    ]);
  });

  test('changes nothing when it comes again as it was', async () => {
    await index('alarm.md', alarm);
    const { status, body } = await index('alarm.md', `${alarm}\n\n## One more heading\n`);
    expect([status, body.events]).toEqual([200, []]);
  });

  test('is found by its new words and no longer by its old, once it has changed', async () => {
    await index('alarm.md', alarm);
    const changed = alarm.replace('furniture', 'wallpaper');
    const { body } = await index('alarm.md', changed);
    expect(body.events).toEqual([
      expect.objectContaining({
        type: 'ArticleRevised',
        data: expect.objectContaining({
          added: [expect.objectContaining({ paragraph: 1 })],
          removed: [expect.objectContaining({ paragraph: 1 })],
          moved: [],
        }),
      }),
    ]);
    const minPosition = body.position;
    expect((await ask({ text: 'wallpaper', ...anyScore, minPosition })).results).toHaveLength(1);
    expect((await ask({ text: 'furniture', ...anyScore })).results).toEqual([]);
  });

  test('is found no more once it is removed, unless another says the same', async () => {
    await index('alarm.md', alarm);
    await index('copy.md', alarm);
    const first = await client.command('remove-article', { source: 'alarm.md', reason: 'moved' });
    const query = { text: 'furniture', ...anyScore };
    const kept = await ask({ ...query, minPosition: first.body.position });
    expect(kept.results.map(({ source }) => source)).toEqual(['copy.md']);
    const last = await client.command('remove-article', { source: 'copy.md', reason: 'moved' });
    const none = await ask({ ...query, minPosition: last.body.position });
    expect([none.results, none.nearMisses]).toEqual([[], []]);
    const again = await index('alarm.md', alarm);
    expect((await ask({ ...query, minPosition: again.body.position })).results).toHaveLength(1);
  });

  test('of any source has a stream of its own', async () => {
    const sources = ['a.md', 'A.md', 'https://example.org/ä?b=c#d', 'x'.repeat(500), '../../etc'];
    const streams = await Promise.all(
      sources.map(async (source) => (await index(source, alarm)).body.stream),
    );
    expect(new Set(streams).size).toBe(sources.length);
    for (const stream of streams) expect(stream).toMatch(/^article-[0-9a-f]{32}$/);
  });
});

describe('a query', () => {
  let position: string;
  beforeAll(async () => {
    await open(startByWords());
    await index('alarm.md', alarm);
    position = (await index('spelling.md', spelling)).body.position;
  });
  afterAll(() => app.stop());

  const asked = (text: string, more: object = {}): Promise<StyleAnswer> =>
    ask({ text, ...anyScore, minPosition: position, ...more });

  test('finds the paragraph that says it, with all there is to know of it', async () => {
    const { results, degraded, latencyMs } = await asked('an alarm that is taken for furniture');
    expect(results[0]).toEqual({
      text: expect.stringMatching(/^An alarm that rings every night/),
      score: expect.any(Number),
      source: 'alarm.md',
      paragraph: 1,
      paragraphId: expect.stringMatching(/^[0-9a-f]{32}\.1$/),
      arms: { lexical: expect.any(Number), semantic: null },
    });
    expect(results[0]!.score).toBeGreaterThan(0.7);
    expect(degraded).toBe(true);
    expect(latencyMs).toBeGreaterThan(0);
  });

  test.each([
    ['inflected', 'alarms ringing nightly', 1, 'alarm.md'],
    ['in another order', 'furniture soon for taken alarm', 1, 'alarm.md'],
    ['misspelled', 'furnitrue', 1, 'alarm.md'],
    ['of an editor', 'British English spelling organisation', 1, 'spelling.md'],
    ['in American spelling', 'colour and licence', 1, 'spelling.md'],
  ])('%s finds it as well', async (_how, text, paragraph, source) => {
    const { results } = await asked(text);
    expect(results[0]).toMatchObject({ source, paragraph });
  });

  test.each(['NFC', 'NFD'])('finds words however their accents were written: %s', async (form) => {
    const markdown = 'The café’s façade is a cliché, says the résumé of whoever painted it.';
    const indexed = await index('façade.md', markdown.normalize('NFD'));
    const { results } = await asked('cliché façade résumé'.normalize(form), {
      minPosition: indexed.body.position,
    });
    expect(results[0]).toMatchObject({ source: 'façade.md', text: markdown.normalize('NFD') });
    expect(results[0]!.arms.lexical).toBeGreaterThan(0.9);
  });

  test('that names more of a paragraph gives it a higher score', async () => {
    const scoreOf = async (text: string): Promise<number> =>
      (await asked(text)).results.find(
        ({ paragraph, source }) => source === 'alarm.md' && paragraph === 1,
      )!.score;
    const whole = await scoreOf('alarm furniture fire');
    const part = await scoreOf('alarm furniture volcano');
    expect(whole).toBeGreaterThan(part);
  });

  test('tells its near misses: nothing is hidden by the threshold', async () => {
    const low = await asked('fire extinguishers', { minScore: 0 });
    const high = await asked('fire extinguishers', { minScore: 1 });
    expect(low.results).toHaveLength(1);
    expect(high.results).toEqual([]);
    expect(high.nearMisses).toEqual(low.results);
  });

  test('gives as many results as are wanted', async () => {
    const { results } = await asked('somebody alarm warning trust headline editor house', {
      nResults: 2,
    });
    expect(results).toHaveLength(2);
    expect(results[0]!.score).toBeGreaterThanOrEqual(results[1]!.score);
  });

  test.each(['the of and is it', '?! --- ...', '   '])(
    'of %p, only stop words or signs, is empty and says so',
    async (text) => {
      const answer = await asked(text);
      expect(answer).toMatchObject({ results: [], nearMisses: [], note: /only stop words/ });
    },
  );

  test('of words that nothing has is empty', async () => {
    const answer = await asked('xylophone zebra');
    expect([answer.results, answer.nearMisses, answer.note]).toEqual([[], [], undefined]);
  });

  test.each([
    ["'; drop table ledger.events; --"],
    ['a & b | !c:* <-> "d"'],
    ['%_\\'],
    ['\u202e𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \ufffd'],
    [Array.from({ length: 300 }, (_, word) => `w${String(word)}`).join(' ')],
  ])('of %p is a text like any other', async (text) => {
    const { status } = await client.post('/v1/style-memory/query', { text });
    expect(status).toBe(200);
  });
});

describe('what is wrong with a query is told', () => {
  let stood: number;
  beforeAll(async () => {
    await open(startByWords());
    await client.command('start-execution', { executionId: 'one' });
    stood = await positionOf();
  });
  afterEach(async () => {
    expect(await positionOf()).toBe(stood); // nothing written, whatever was sent
  });
  afterAll(() => app.stop());

  test.each([
    [{}, ['text']],
    [{ text: '' }, ['text']],
    [{ text: 'x'.repeat(10_000) }, ['text']],
    [{ text: 'a\0b' }, ['text']],
    [{ text: '\ud800' }, ['text']],
    [{ text: 'a', minScore: -0.1 }, ['minScore']],
    [{ text: 'a', minScore: 1.1 }, ['minScore']],
    [{ text: 'a', nResults: 0 }, ['nResults']],
    [{ text: 'a', nResults: 51 }, ['nResults']],
    [{ text: 'a', nResults: 1.5, minScore: '0.7' }, ['nResults', 'minScore']],
    [{ text: 'a', executionId: 'no spaces' }, ['executionId']],
    [{ text: 'a', agent: 'x'.repeat(129) }, ['agent']],
    [{ text: 'a', minPosition: 'now' }, ['minPosition']],
    [{ text: 'a', n_results: 3 }, ['n_results']],
    ['null', ['']],
  ])('%#: %j', async (query, paths) => {
    const { status, body } = await client.post<Problem>('/v1/style-memory/query', query);
    expect([status, body.code]).toEqual([400, 'malformed']);
    expect(body.errors?.map(({ path }) => path)).toEqual(paths);
  });

  test('an unknown execution is a 404, and nothing is recorded', async () => {
    const query = { text: 'alarm', executionId: 'nobody' };
    const { status, body } = await client.post<Problem>('/v1/style-memory/query', query);
    expect([status, body.code]).toEqual([404, 'stream-unknown']);
  });

  test('an analyst may read how it is used, and not use it', async () => {
    const options = { key: app.keys.analyst };
    const query = await client.post('/v1/style-memory/query', { text: 'alarm' }, options);
    expect(query.status).toBe(403);
    expect((await client.get('/v1/style-memory/stats', options)).status).toBe(200);
  });

  test('a position that is never reached is a 503', async () => {
    const query = { text: 'alarm', minPosition: '1000' };
    for (const { status, body } of await Promise.all([
      client.post<Problem>('/v1/style-memory/query', query, { once: true }),
      client.get<Problem>('/v1/style-memory/stats?minPosition=1000', { once: true }),
    ])) {
      expect([status, body.code]).toEqual([503, 'position-not-reached']);
    }
  });
});

describe('what is wrong with an article is told', () => {
  let stood: number;
  beforeAll(async () => {
    await open(startByWords());
    await client.command('start-execution', { executionId: 'one' });
    stood = await positionOf();
  });
  afterEach(async () => {
    expect(await positionOf()).toBe(stood);
  });
  afterAll(() => app.stop());

  test.each([
    [
      'of no paragraph',
      { markdown: '# A heading\n\nToo short.' },
      400,
      'article-without-paragraphs',
      /no paragraph of over 50/,
    ],
    [
      'that is binary',
      { markdown: '\ufffdPNG\r\n\u001a\n' },
      400,
      'malformed',
      /U\+001A at line 2, column 1/,
    ],
    [
      'with a NUL',
      { markdown: 'a\0b' },
      400,
      'malformed',
      /markdown: must not hold a NUL character \(at character 2\)/,
    ],
    [
      'that is too long',
      { markdown: 'x '.repeat(250_001) },
      400,
      'malformed',
      /markdown: is longer than 500000 characters/,
    ],
    ['of 5 MB', { markdown: 'x '.repeat(2_500_000) }, 413, 'too-large', /1 MiB/],
    ['without a source', { source: '', markdown: alarm }, 400, 'malformed', /source/],
    [
      'of a source too long',
      { source: 'x'.repeat(501), markdown: alarm },
      400,
      'malformed',
      /source/,
    ],
  ])('%s', async (_what, article, status, code, detail) => {
    const answer = await client.command<Problem>('index-article', { source: 'a.md', ...article });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail).toMatch(detail);
  });

  test.each([
    ['remove-article', { source: 'a.md', reason: 'gone' }, 404, 'article-unknown'],
    ['remove-article', { source: 'a.md' }, 400, 'malformed'],
    [
      'rate-paragraph',
      { paragraphId: 'a.1', executionId: 'one', verdict: 'good' },
      404,
      'paragraph-unknown',
    ],
    [
      'rate-paragraph',
      { paragraphId: 'nothing', executionId: 'one', verdict: 'good' },
      404,
      'paragraph-unknown',
    ],
    [
      'rate-paragraph',
      { paragraphId: 'a.1', executionId: 'nobody', verdict: 'good' },
      404,
      'stream-unknown',
    ],
    [
      'rate-paragraph',
      { paragraphId: 'a.1', executionId: 'one', verdict: 'great' },
      400,
      'malformed',
    ],
  ])('%s %j', async (command, body, status, code) => {
    const answer = await client.command<Problem>(command, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('use', () => {
  beforeEach(() => open(startByWords()));
  afterEach(() => app.stop());

  const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };

  const runToGate = async (executionId: string): Promise<void> => {
    await client.command('start-execution', { executionId });
    for (const stage of [
      'discover_topics',
      'editorial_review',
      'generate_content',
      'quality_gate',
    ]) {
      await client.command('start-stage', { executionId, stage });
      await client.command('complete-stage', { executionId, stage });
    }
  };

  test('is a fact of the execution that asked, without the words it asked in', async () => {
    const { body: indexed } = await index('alarm.md', alarm);
    await client.command('start-execution', { executionId: 'one' });
    const query = { text: 'alarm furniture', executionId: 'one', agent: 'editor', ...anyScore };
    const answer = await ask({ ...query, minPosition: indexed.position });
    const { body: event } = await client.get<Row>(`/v1/events/${answer.position}`);
    expect(event).toMatchObject({
      stream: 'execution-one',
      type: 'StyleMemoryQueried',
      actor: 'service',
      data: {
        agent: 'editor',
        text: null,
        textHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        latencyMs: answer.latencyMs,
        degraded: answer.degraded,
        results: answer.results.map(({ paragraphId, source, score }) => ({
          paragraphId,
          source,
          score,
        })),
      },
    });
  });

  test('is recorded once, however often it is sent with one key', async () => {
    const options = { idempotencyKey: 'ask-1' };
    const query = { text: 'alarm', ...anyScore };
    const path = '/v1/style-memory/query';
    const first = await client.post<StyleAnswer>(path, query, options);
    await index('alarm.md', alarm); // what is found differs by then
    const again = await client.post<StyleAnswer>(path, query, options);
    expect([again.status, again.body.position]).toEqual([200, first.body.position]);
    const other = await client.post<Problem>(path, { ...query, agent: 'editor' }, options);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    const { body } = await client.get<{ events: unknown[] }>('/v1/events?types=StyleMemoryQueried');
    expect(body.events).toHaveLength(1);
  });

  test('of no execution is a fact of its own', async () => {
    const { position } = await ask({ text: 'alarm' });
    const { body: event } = await client.get<Row>(`/v1/events/${position}`);
    expect(event).toMatchObject({ stream: expect.stringMatching(/^style-query-/), version: 1 });
  });

  test('is counted right under every grouping', async () => {
    const { body: indexed } = await index('alarm.md', alarm);
    const minPosition = indexed.position;
    await ask({ text: 'furniture', agent: 'editor', ...anyScore, minPosition });
    await ask({ text: 'alarm night', agent: 'writer', ...anyScore });
    const { position } = await ask({ text: 'furniture volcano', agent: 'editor', minScore: 1 });
    for (const keys of [
      '',
      'day',
      'agent',
      'source',
      'paragraph',
      'deployment',
      'source,paragraph',
    ]) {
      const rows = await rowsOf('style-usage', `groupBy=${keys}`, position);
      const sum = (name: string): number => rows.reduce((all, row) => all + Number(row[name]), 0);
      expect([
        keys,
        sum('queries'),
        sum('hits'),
        sum('emptyQueries'),
        sum('nearMissQueries'),
      ]).toEqual([keys, 3, 2, 1, 1]);
      expect(sum('indexed')).toBe(4);
    }
    const [total] = await rowsOf('style-usage', 'groupBy=', position);
    expect(total).toMatchObject({
      hitRate: 2 / 3,
      emptyRate: 1 / 3,
      latencyMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
    });
    const agents = await rowsOf('style-usage', 'groupBy=agent&sort=agent', position);
    expect(agents.map(({ agent, queries, emptyRate }) => [agent, queries, emptyRate])).toEqual([
      ['', '0', null],
      ['editor', '2', 0.5],
      ['writer', '1', 0],
    ]);
  });

  test('shows what was never used by one query', async () => {
    const { body: indexed } = await index('alarm.md', alarm);
    const { position } = await ask({
      text: 'furniture',
      ...anyScore,
      minPosition: indexed.position,
    });
    const never = await rowsOf(
      'style-usage',
      'groupBy=source,paragraph&indexed=1&results=0',
      position,
    );
    expect(never.map(({ paragraph }) => String(paragraph).split('.')[1])).toEqual(['2', '3', '4']);
  });

  test('knows what became of the executions that each paragraph served', async () => {
    const { body: indexed } = await index('alarm.md', alarm);
    const minPosition = indexed.position;
    for (const executionId of ['good', 'bad']) {
      await runToGate(executionId);
      await ask({ text: 'furniture', executionId, agent: 'writer', ...anyScore, minPosition });
    }
    await client.command('score-quality', { executionId: 'good', score: 6, gates });
    for (const stage of ['generate_content', 'quality_gate']) {
      await client.command('start-stage', { executionId: 'good', stage });
      await client.command('complete-stage', { executionId: 'good', stage });
    }
    await client.command('score-quality', { executionId: 'good', score: 9, gates });
    const published = await client.command('publish-article', { executionId: 'good' });
    expect(published.body.events.map(({ type }) => type)).toEqual([
      'ArticlePublished',
      'StyleOutcomeRecorded',
    ]);
    await client.command('fail-execution', { executionId: 'bad' });
    const paragraphId = `${indexed.stream.replace('article-', '')}.1`;
    const rate = (verdict: string) =>
      client.command('rate-paragraph', { paragraphId, executionId: 'good', verdict });
    await rate('bad');
    const { body: rated } = await rate('good');
    expect((await rate('good')).body.events).toEqual([]);
    const [row] = await rowsOf(
      'style-usage',
      `groupBy=paragraph&paragraph=${paragraphId}`,
      rated.position,
    );
    expect(row).toMatchObject({
      results: '2',
      published: '1',
      revised: '1',
      failed: '1',
      good: '1',
      bad: '0',
      indexed: '1',
    });
    const [byAgent] = await rowsOf('style-usage', 'groupBy=agent&agent=writer', rated.position);
    expect(byAgent).toMatchObject({ published: '1', revised: '1', failed: '1' });
    await expectExact(app.database);
  });

  test('is summed up by the statistics', async () => {
    const { body: indexed } = await index('alarm.md', alarm);
    await index('spelling.md', spelling);
    await ask({ text: 'furniture', ...anyScore, minPosition: indexed.position });
    const { position } = await ask({ text: 'xylophone' });
    const { body } = await client.get(`/v1/style-memory/stats?minPosition=${position}`);
    expect(body).toMatchObject({
      articles: 2,
      paragraphs: 7,
      queries: 2,
      hitRate: 0.5,
      emptyRate: 0.5,
      semantic: {
        available: expect.any(Boolean),
        indexed: expect.any(Number),
        pending: expect.any(Number),
      },
    });
  });

  test('is measured', async () => {
    await ask({ text: 'alarm' });
    const { body } = await client.get<string>('/metrics', { key: null });
    expect(body).toMatch(/flowledger_style_query_seconds_count\{degraded="\w+"\} 1/);
    expect(body).toMatch(/flowledger_style_query_results_bucket\{le="0"\} 1/);
  });
});

test('with nothing indexed a query is answered with nothing', async () => {
  await open(startByWords());
  try {
    const answer = await ask({ text: 'alarm' });
    expect(answer).toMatchObject({ results: [], nearMisses: [] });
  } finally {
    await app.stop();
  }
});

test('what was asked is kept where whoever runs this wants it', async () => {
  await open(startByWords({ FLOWLEDGER_KEEP_QUERIES: 'true' }));
  try {
    const { position } = await ask({ text: 'alarm' });
    const event = await client.get(`/v1/events/${position}`);
    expect(event.body).toMatchObject({ data: { text: 'alarm' } });
  } finally {
    await app.stop();
  }
});

describe('with both arms', () => {
  beforeAll(async () => {
    await open(startApp());
    await index('alarm.md', alarm);
    await index('spelling.md', spelling);
    await eventually(
      'every paragraph to be found by its meaning',
      async () => {
        const { body } = await client.get<{ semantic: { indexed: number; pending: number } }>(
          '/v1/style-memory/stats',
        );
        return body.semantic.indexed === 7 && body.semantic.pending === 0;
      },
      { within: 90_000 },
    );
  });
  afterAll(() => app.stop());

  /** On a machine that is busy with other suites the semantic arm may be too late for a query. */
  const askBoth = (text: string): Promise<StyleAnswer> =>
    eventually(
      'an answer of both arms',
      async () => {
        const answer = await ask({ text, ...anyScore });
        return answer.degraded ? undefined : answer;
      },
      { every: 50 },
    );

  test('a paragraph is found by words it does not have, and the answer says which arm found it', async () => {
    const { results } = await askBoth('the bell nobody hears any more, though the building burns');
    expect(results[0]).toMatchObject({
      source: 'alarm.md',
      paragraph: 1,
      arms: { semantic: expect.any(Number) },
    });
  });

  test('what one arm finds the other scores too', async () => {
    const { results } = await askBoth('a headline carries one claim');
    expect(results[0]).toMatchObject({
      source: 'spelling.md',
      paragraph: 3,
      arms: { lexical: expect.any(Number), semantic: expect.any(Number) },
    });
    expect(results[0]!.score).toBeGreaterThan(0.7);
  });
});
