import type { StyleAnswer } from '../../src/modules/style-memory/style-memory.schemas';
import { SemanticArm } from '../../src/modules/style-memory/semantic/semantic-arm';
import type { SemanticAnswer } from '../../src/modules/style-memory/semantic/semantic-arm';
import { SemanticUnavailable } from '../../src/modules/style-memory/semantic/semantic-unavailable';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { answerJson, answerLetters, startEmbeddingsServer } from '../harness/embeddings-server';
import type { Behaviour, EmbeddingsServer } from '../harness/embeddings-server';
import { eventually } from '../harness/eventually';
import { positionOf } from '../harness/ledger-proof';
import { contentHashOf, putParagraphs } from '../harness/style-paragraphs';

interface Health {
  readonly checks: Readonly<Record<string, { readonly status: string }>>;
}

const zoo = 'zzzz zzzz oooo zzzz oooo zzzz oooo zzzz zzzz zzzz oooo zzzz';
const tea = 'tttt eeee aaaa tttt eeee aaaa tttt eeee aaaa tttt eeee aaaa';
/** An answer of `count` vectors that have so many numbers. */
const ofLength = (length: number, count: number) => ({
  data: Array.from({ length: count }, () => ({ embedding: new Array<number>(length).fill(1) })),
});
const unavailable = expect.any(SemanticUnavailable);

describe('an embeddings server in place of the packaged model', () => {
  let database: TestDatabase;
  let server: EmbeddingsServer;
  let app: TestApp;
  let env: Record<string, string>;

  beforeEach(async () => {
    database = await freshDatabase();
    server = await startEmbeddingsServer();
    env = {
      EMBEDDINGS_URL: server.url,
      EMBEDDINGS_MODEL: 'letters',
      EMBEDDINGS_KEY: 'secret',
      EMBEDDINGS_TIMEOUT_MS: '1000',
    };
    app = await startApp({ database, env });
  });

  afterEach(async () => {
    await app.stop();
    await server.stop();
    await database.drop();
  });

  const arm = (): SemanticArm => app.get(SemanticArm);

  const indexed = async (texts: readonly string[]): Promise<void> => {
    await putParagraphs(app, texts);
    await becomesIndexed(texts.length);
  };

  const becomesIndexed = (count: number): Promise<boolean> =>
    eventually('indexed', async () => (await arm().status()).indexed === count);

  /** On a busy machine server or thread may be too late for a search. */
  const found = (text: string, limit: number): Promise<SemanticAnswer> =>
    eventually('it answers', () => arm().search(text, limit));

  const failing = (text: string): Promise<unknown> =>
    arm()
      .search(text, 1)
      .then(
        () => 'an answer',
        (error: unknown) => error,
      );

  const comesBack = async (): Promise<void> => {
    server.behave(answerLetters);
    const { hits } = await found('a zoo', 1);
    expect(hits[0]!.contentHash).toBe(contentHashOf(zoo));
    expect((await arm().status()).available).toBe(true);
  };

  it('is not waited for at a stop while it stands still', async () => {
    let isLetGo = false;
    server.behave((_request, response) => response.on('close', () => (isLetGo = true)));
    await putParagraphs(app, [zoo]);
    await eventually('it is asked', () => server.requests.length > 0);
    await app.stop();
    expect(isLetGo).toBe(false);
    expect(app.logs.filter((line) => line.includes('indexing failed'))).toEqual([]);
    server.behave(answerLetters);
    app = await startApp({ database, env });
    await becomesIndexed(1);
  });

  it('indexes and finds with its vectors', async () => {
    await indexed([zoo, tea]);
    expect((await found('oz', 1)).hits).toEqual([
      {
        contentHash: contentHashOf(zoo),
        cosine: expect.closeTo(0.96, 1),
        score: expect.any(Number),
      },
    ]);
    expect(await arm().status()).toEqual({
      model: 'letters',
      indexed: 2,
      pending: 0,
      available: true,
    });
    expect(server.requests[0]).toMatchObject({ model: 'letters', authorization: 'Bearer secret' });
    expect(await database.sql('select distinct model, dimensions from style.vectors')).toEqual([
      { model: 'letters/sentences-1', dimensions: 26 },
    ]);
  });

  it('asks it once for a question that comes again', async () => {
    await indexed([zoo]);
    const before = server.requests.length;
    await found('again and again', 1);
    const once = server.requests.length; // or more often, where the first were too late
    expect(once).toBeGreaterThan(before);
    await found('again and again', 1);
    await found('again and again', 1);
    expect(server.requests.length).toBe(once);
  });

  it('is unavailable while the server is away, and available when it is back', async () => {
    await indexed([zoo, tea]);
    const port = Number(new URL(server.url).port);
    await server.stop();
    expect(await failing('nobody is there')).toEqual(unavailable);
    expect((await arm().status()).available).toBe(false);
    server = await startEmbeddingsServer(port);
    await comesBack();
  });

  it('is unavailable, and not empty, where the server was away before anything was indexed', async () => {
    expect((await arm().search('nothing is asked of it yet', 1)).hits).toEqual([]);
    const port = Number(new URL(server.url).port);
    await server.stop();
    await putParagraphs(app, [zoo]);
    await eventually('it is away', async () => !(await arm().status()).available);
    await eventually('what waits is known', async () => {
      expect(await failing('a zoo')).toEqual(unavailable);
      return true;
    });
    server = await startEmbeddingsServer(port);
    await becomesIndexed(1);
    await comesBack();
  });

  it('is unavailable while the server is too slow', async () => {
    await indexed([zoo, tea]);
    server.behave(() => undefined);
    expect(await failing('is anybody there?')).toEqual(unavailable);
    await comesBack();
  });

  it.each<[string, Behaviour]>([
    ['an error', (_, response) => answerJson(response, 500, { error: 'out of memory' })],
    ['a page', (_, response) => response.end('<html>welcome</html>')],
    ['no vectors', (_, response) => answerJson(response, 200, { data: [] })],
    ['too few vectors', (_, response) => answerJson(response, 200, { data: [{ embedding: [1] }] })],
    ['words', (_, response) => answerJson(response, 200, { data: [{ embedding: ['one'] }] })],
    ['nothing', (_, response) => response.destroy()],
    ['half of it', (_, response) => response.write('{"data": [', () => response.destroy())],
    ['no number', (_, response) => response.end('{"data": [{"embedding": [NaN]}]}')],
    ['no numbers', (_, response) => answerJson(response, 200, { data: [{ embedding: [] }] })],
    ['another length', (_, response) => answerJson(response, 200, ofLength(3, 1))],
    [
      'another place',
      (_, response) =>
        answerJson(response, 200, { data: [{ ...ofLength(26, 1).data[0], index: 1 }] }),
    ],
  ])('is unavailable while the server answers with %s', async (_what, behaviour) => {
    await indexed([zoo, tea]);
    server.behave(behaviour);
    expect(await failing('what is this?')).toEqual(unavailable);
    await comesBack();
  });

  it('is searched by words alone, and says what to do, while the name of its model means another one', async () => {
    await indexed([zoo, tea]);
    await app.stop();
    server.behave(({ input }, response) => answerJson(response, 200, ofLength(30, input.length)));
    app = await startApp({ database, env });
    await eventually('the vectors are read', async () => (await arm().status()).indexed === 2);
    await putParagraphs(app, [`zzzz oooo ${'bbbb '.repeat(12)}`]); // its words, and not its letters
    expect(await failing('a zoo')).toEqual(unavailable);
    const minPosition = String(await positionOf(database));
    const asked = { text: 'zzzz oooo', minScore: 0, minPosition };
    const { body } = await app.client.post<StyleAnswer>('/v1/style-memory/query', asked);
    expect(body).toMatchObject({ degraded: true, results: [{ arms: { semantic: null } }, {}] });
    await eventually('its health says why', async () => {
      const { body: health } = await app.client.get<Health>('/health/rag', { key: null });
      expect(health.checks['style-queries']).toEqual({
        status: 'degraded',
        detail: expect.stringMatching(
          /30 numbers, and gave those of 26 .* EMBEDDINGS_MODEL.* delete .* 'letters\/sentences-1'/,
        ),
      });
      return true;
    });
    expect(await database.sql('select distinct dimensions from style.vectors')).toEqual([
      { dimensions: 26 },
    ]);
    await comesBack();
    await becomesIndexed(3);
  });

  it('is asked for health, also when the same question was answered before', async () => {
    const look = async (): Promise<string | undefined> => {
      const { body } = await app.client.get<Health>('/health/rag', { key: null });
      return body.checks['style-queries']?.status;
    };
    await indexed([zoo]);
    await eventually('it is well', async () => (await look()) === 'healthy');
    server.behave((_, response) => answerJson(response, 500, {}));
    await eventually('it is seen to be away', async () => (await look()) === 'degraded');
    server.behave(answerLetters);
    await eventually('it is seen to be back', async () => (await look()) === 'healthy');
  });

  it('indexes later what it could not index while the server was away', async () => {
    server.behave((_, response) => answerJson(response, 503, {}));
    await putParagraphs(app, [zoo, tea]);
    const pending = async () => (await arm().status()).pending;
    await eventually('two are pending', async () => (await pending()) === 2);
    server.behave(answerLetters);
    await becomesIndexed(2);
  });

  it('indexes later what the server refuses with everything else: that is no word about a text', async () => {
    await indexed([zoo]);
    const before = server.requests.length;
    server.behave((_, response) => answerJson(response, 400, {}));
    await putParagraphs(app, [zoo, tea]);
    await eventually('it is asked', () => server.requests.length > before + 1);
    await eventually('one is pending', async () => (await arm().status()).pending === 1);
    server.behave(answerLetters);
    await becomesIndexed(2);
    expect((await found('tea', 3)).hits[0]!.contentHash).toBe(contentHashOf(tea));
  });

  // They are embedded by hash: before the first answer nobody knows how long a vector is.
  it.each(['first', 'last'])('goes past a paragraph that the server refuses %s', async (place) => {
    const byHash = Array.from({ length: 32 }, (_, index) => `refused ${String(index)}: ${zoo}`)
      .concat(zoo, tea)
      .sort((one, other) => (contentHashOf(one) < contentHashOf(other) ? -1 : 1));
    const refused = byHash.at(place === 'first' ? 0 : -1)!;
    expect([zoo, tea]).not.toContain(refused);
    server.behave((request, response) => {
      if (request.input.some((text) => text.startsWith('refused'))) answerJson(response, 400, {});
      else answerLetters(request, response);
    });
    await indexed([zoo, refused, tea]);
    expect((await found('oz', 3)).hits[0]!.contentHash).toBe(contentHashOf(zoo));
  });
});
