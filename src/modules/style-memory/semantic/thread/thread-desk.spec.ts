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
