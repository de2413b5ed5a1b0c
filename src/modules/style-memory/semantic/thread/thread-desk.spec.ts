import { eventually } from '../../../../../test/harness/eventually';
import type { SentenceEncoder } from '../encoder/sentence-encoder';
import { ThreadDesk } from './thread-desk';
import type { ThreadReply } from './thread-messages';

const encoder = { encode: () => new Float32Array([1]) } as unknown as SentenceEncoder;

/** A desk, and what it answers to a text. */
const deskWith = (load: () => Promise<SentenceEncoder>) => {
  const waiting = new Map<number, (reply: ThreadReply) => void>();
  const desk = new ThreadDesk((reply) => waiting.get(reply.id)?.(reply), load);
  let id = 0;
  return (background: boolean): Promise<ThreadReply> =>
    new Promise((resolve) => {
      id += 1;
      waiting.set(id, resolve);
      desk.take({ id, task: 'encode', input: { texts: ['a text'], background }, until: null });
    });
};

test('a model that could not be read is read again for the next who asks', async () => {
  const reads = [Promise.reject(new Error('too many open files')), Promise.resolve(encoder)];
  const ask = deskWith(() => reads.shift() ?? Promise.reject(new Error('was read already')));
  expect(await ask(false)).toMatchObject({ error: 'too many open files' });
  expect(await ask(true)).toMatchObject({ value: [new Float32Array([1])] });
  expect(await ask(false)).toMatchObject({ value: [new Float32Array([1])] });
});

test('a vector of another length than those of the index is compared with none of them', () => {
  const replies: ThreadReply[] = [];
  const desk = new ThreadDesk((reply) => replies.push(reply));
  const vector = new Float32Array([1, 0, 0]);
  const request = { id: 1, until: null };
  const kept = { contentHash: 'h', dimensions: 2, parts: new Int8Array([127, 0]) };
  desk.take({ ...request, task: 'change', input: { changes: [kept] } });
  desk.take({ ...request, task: 'search', input: { vector, limit: 1 } });
  desk.take({ ...request, task: 'score', input: { vector, contentHashes: ['h'] } });
  return eventually('all are answered', () => {
    expect(replies).toMatchObject([
      { value: 1 },
      { error: 'a vector of 3 numbers cannot be compared with those of 2' },
      { error: 'a vector of 3 numbers cannot be compared with those of 2' },
    ]);
    return true;
  });
});
