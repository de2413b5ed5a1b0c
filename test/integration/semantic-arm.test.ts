import type { Worker } from 'node:worker_threads';
import { SemanticArm } from '../../src/modules/style-memory/semantic/semantic-arm';
import { SemanticUnavailable } from '../../src/modules/style-memory/semantic/semantic-unavailable';
import { SemanticThread } from '../../src/modules/style-memory/semantic/thread/semantic-thread';
import { Indexer } from '../../src/modules/style-memory/semantic/vectors/indexer';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { contentHashOf, putParagraphs, removeParagraph } from '../harness/style-paragraphs';

const bees =
  'Bees dance to tell each other where flowers are. The angle of the dance is that of the sun, and its length says how far to fly.';
const bread =
  'Dough rises because yeast turns sugar into gas. Left in the cold overnight, it rises slowly and tastes of more than flour.';
const trains =
  'The night train was abolished when flights became cheap. Now that sleepers are full again, there are no carriages left to run.';
const all = [bees, bread, trains];

const unavailable = expect.any(SemanticUnavailable);

describe('the semantic arm', () => {
  let database: TestDatabase;
  let apps: TestApp[];

  beforeEach(async () => {
    database = await freshDatabase();
    apps = [];
  });

  afterEach(async () => {
    for (const app of apps) await app.stop();
    await database.drop();
  });

  const start = async (env: Record<string, string> = {}): Promise<TestApp> => {
    const app = await startApp({ database, env });
    apps.push(app);
    return app;
  };

  const armOf = (app: TestApp): SemanticArm => app.get(SemanticArm);

  const indexed = (app: TestApp, count: number) =>
    eventually(`${String(count)} paragraphs indexed`, async () => {
      const status = await armOf(app).status();
      return status.indexed === count && status.pending === 0;
    });

  /** Asks again where it is told that there was no time: a tenth of a second may be too short here. */
  const answered = <T extends object>(ask: () => Promise<T>) =>
    eventually('an answer in time', ask);

  const searched = (app: TestApp, question: string, limit: number) =>
    answered(() => armOf(app).search(question, limit));

  const nearestTo = async (app: TestApp, question: string): Promise<string | undefined> =>
    (await searched(app, question, 3)).hits[0]?.contentHash;

  it('finds nothing while nothing is there', async () => {
    const app = await start();
    expect(await armOf(app).search('anything at all', 3)).toEqual({ hits: [], pending: 0 });
    expect(await armOf(app).score('anything', ['unknown'])).toEqual(new Map());
    expect(await armOf(app).status()).toEqual({
      model: 'universal-sentence-encoder-lite',
      indexed: 0,
      pending: 0,
      available: true,
    });
  });

  it('finds paragraphs by what they mean, best first, with a score', async () => {
    const app = await start();
    await putParagraphs(app, all);
    await indexed(app, 3);
    expect(await nearestTo(app, 'How do insects share the location of food?')).toBe(
      contentHashOf(bees),
    );
    expect(await nearestTo(app, 'baking a loaf')).toBe(contentHashOf(bread));
    const { hits, pending } = await searched(app, 'sleeping on the railway', 2);
    expect(pending).toBe(0);
    expect(hits).toHaveLength(2);
    expect(hits[0]).toMatchObject({ contentHash: contentHashOf(trains) });
    const [first, second] = hits;
    expect(first!.cosine).toBeGreaterThan(second!.cosine);
    expect(first!.score).toBeGreaterThan(second!.score);
    const asked = [contentHashOf(bees), contentHashOf('not there')];
    const scores = await answered(() => armOf(app).score('sleeping on the railway', asked));
    expect([...scores.keys()]).toEqual([contentHashOf(bees)]);
    expect(scores.get(contentHashOf(bees))!.cosine).toBeLessThan(first!.cosine);
  });

  it('has no opinion on what is no text', async () => {
    const app = await start();
    await putParagraphs(app, all);
    await indexed(app, 3);
    expect((await searched(app, '😀 \u0000', 3)).hits).toEqual([]);
  });

  it('finds what comes, not what goes, and again what comes back', async () => {
    const app = await start();
    await putParagraphs(app, [bees]);
    await indexed(app, 1);
    await putParagraphs(app, all);
    await indexed(app, 3);
    await removeParagraph(app, bread);
    await indexed(app, 2);
    expect(await nearestTo(app, 'baking a loaf')).not.toBe(contentHashOf(bread));
    await putParagraphs(app, all);
    await indexed(app, 3);
    expect(await nearestTo(app, 'baking a loaf')).toBe(contentHashOf(bread));
    const made = await database.sql('select from style.vectors');
    expect(made).toHaveLength(3);
  });

  it('searches in every process what one of them indexes', async () => {
    const [one, other] = [await start(), await start({ FLOWLEDGER_PARTS: 'api' })];
    await putParagraphs(one, all);
    await Promise.all([indexed(one, 3), indexed(other, 3)]);
    expect(await nearestTo(other, 'baking a loaf')).toBe(contentHashOf(bread));
  });

  it('says what is not indexed yet, and waits while it is paused', async () => {
    const app = await start();
    await app.get(Indexer).setPaused(true);
    await putParagraphs(app, all);
    await eventually('three are pending', async () => (await armOf(app).status()).pending === 3);
    expect(await armOf(app).search('baking a loaf', 3)).toEqual({ hits: [], pending: 3 });
    await app.get(Indexer).setPaused(false);
    await indexed(app, 3);
    const { body } = await app.client.get<string>('/metrics');
    expect(body).toMatch(/flowledger_semantic_paragraphs\{state="indexed"\} 3/);
  });

  it('goes on from what another process left behind', async () => {
    const first = await start();
    await putParagraphs(first, all);
    await indexed(first, 3);
    await first.stop();
    apps = [];
    const before = await database.sql('select content_hash, change from style.vectors order by 1');
    const second = await start({ FLOWLEDGER_PARTS: 'api' });
    await indexed(second, 3);
    expect(await nearestTo(second, 'baking a loaf')).toBe(contentHashOf(bread));
    expect(await database.sql('select content_hash, change from style.vectors order by 1')).toEqual(
      before,
    );
  });

  it('is away while its thread is dead, and finds everything again afterwards', async () => {
    const app = await start();
    await putParagraphs(app, all);
    await indexed(app, 3);
    const { worker } = app.get(SemanticThread) as unknown as { worker: Worker };
    const asked = armOf(app).search('baking a loaf in a wood oven', 3);
    const failed = asked.catch((error: unknown) => error);
    await worker.terminate();
    expect(await failed).toEqual(unavailable);
    await eventually('found again', async () => {
      const { hits } = await armOf(app).search('baking a loaf', 3);
      return hits[0]?.contentHash === contentHashOf(bread);
    });
    await indexed(app, 3);
    expect((await armOf(app).status()).available).toBe(true);
  });

  it('reads everything anew after its thread died, before anybody asks', async () => {
    const app = await start();
    await putParagraphs(app, all);
    await indexed(app, 3);
    const thread = app.get(SemanticThread);
    const { worker } = thread as unknown as { worker: Worker };
    await worker.terminate();
    await eventually('another thread', () => Promise.resolve(thread.threadId !== undefined));
    await indexed(app, 3);
    expect(await nearestTo(app, 'baking a loaf')).toBe(contentHashOf(bread));
  });

  it('tells those whom it cannot answer in time, and answers the others', async () => {
    const app = await start();
    await putParagraphs(app, all);
    await indexed(app, 3);
    // On a machine that others keep busy it may be that none of a crowd is answered in time.
    const crowd = async () => {
      const questions = Array.from({ length: 400 }, (_, index) => `loaf number ${String(index)}`);
      const answers = await Promise.allSettled(
        questions.map((question) => armOf(app).search(question, 1)),
      );
      const turnedAway = answers.filter(({ status }) => status === 'rejected');
      return turnedAway.length > 0 && turnedAway.length < 400 && turnedAway;
    };
    const refused = await eventually('some are answered, some are not', crowd);
    for (const answer of refused) expect(answer).toMatchObject({ reason: unavailable });
    expect(await nearestTo(app, 'baking a loaf')).toBe(contentHashOf(bread));
  });
});
