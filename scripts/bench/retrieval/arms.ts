import { semanticScore, lexicalScore } from '../../../src/modules/style-memory/calibration';
import { LexicalArm } from '../../../src/modules/style-memory/lexical/lexical-arm';
import { SentenceEncoder } from '../../../src/modules/style-memory/semantic/encoder/sentence-encoder';
import { VectorIndex } from '../../../src/modules/style-memory/semantic/index/vector-index';
import { StyleDatabase } from '../../../src/modules/style-memory/style-database';
import { broughtFor } from '../../../src/modules/style-memory/style-search';
import { wordingOf } from '../../../src/modules/style-memory/wording';
import type { Context } from '../context';
import { contentHashOf } from './collection';
import type { Memory } from './memory';
import { ranksAtMost } from './ranker';
import type { Ranker } from './ranker';

/** What is known of a paragraph, before calibration. */
export interface Evidence {
  readonly contentHash: string;
  /** Of the question's information, that the paragraph answers. */
  readonly share: number;
  /** Of the question and the nearest sentence. */
  readonly cosine: number;
  /** How literally it says what was asked. */
  readonly wording: number;
}

/** The arms themselves, on what a server has indexed. */
export interface Arms {
  readonly byWords: Ranker;
  readonly byMeaning: Ranker;
  /** What is known of the paragraphs that either arm brings, as many as the server has it bring. */
  readonly evidenceFor: (text: string) => Promise<Evidence[]>;
}

interface Row {
  readonly hash: string;
  readonly dimensions: number;
  readonly parts: Buffer;
}

const vectorsOf = async ({ client }: Memory): Promise<VectorIndex> => {
  const { rows } = await client.query<Row>(
    'select content_hash as hash, dimensions, parts from style.vectors where present',
  );
  const index = new VectorIndex(rows[0]?.dimensions ?? 0);
  for (const { hash, parts } of rows) index.put(hash, new Int8Array(parts));
  return index;
};

const textsOf = async ({ client }: Memory): Promise<ReadonlyMap<string, string>> => {
  const { rows } = await client.query<{ hash: string; text: string }>(
    'select content_hash as hash, text from read.style_paragraphs where present > 0',
  );
  return new Map(rows.map(({ hash, text }) => [hash, text]));
};

const brought = broughtFor(ranksAtMost);

export const armsOf = async (context: Context, memory: Memory): Promise<Arms> => {
  const database = await context.hold(
    () => Promise.resolve(new StyleDatabase(memory.database.url)),
    (held) => held.onApplicationShutdown(),
  );
  const lexical = new LexicalArm(database);
  const encoder = await SentenceEncoder.load();
  const vectors = await vectorsOf(memory);
  const texts = await textsOf(memory);
  return {
    byWords: {
      name: 'by words',
      rank: async (text) => {
        const hits = await lexical.search(await lexical.understand(text), ranksAtMost);
        return hits.map(({ contentHash, share }) => ({ contentHash, score: lexicalScore(share) }));
      },
    },
    byMeaning: {
      name: 'by meaning',
      rank: (text) => {
        const hits = vectors.search(encoder.encode(text), ranksAtMost);
        return Promise.resolve(
          hits.map(({ contentHash, cosine }) => ({ contentHash, score: semanticScore(cosine) })),
        );
      },
    },
    evidenceFor: async (text) => {
      const query = await lexical.understand(text);
      const vector = encoder.encode(text);
      const words = await lexical.search(query, brought);
      const hashes = [
        ...new Set([...words, ...vectors.search(vector, brought)].map((hit) => hit.contentHash)),
      ];
      const shares = await lexical.score(query, hashes);
      const wording = wordingOf(text);
      return vectors.score(vector, hashes).map(({ contentHash, cosine }) => ({
        contentHash,
        cosine,
        share: shares.get(contentHash)?.share ?? 0,
        wording: wording(texts.get(contentHash) ?? ''),
      }));
    },
  };
};

interface Answer {
  readonly results: readonly { readonly text: string; readonly score: number }[];
  readonly degraded: boolean;
}

/** All of it together, as a caller of the API has it. */
export const hybridOf = ({ server }: Memory): Ranker => ({
  name: 'hybrid',
  rank: async (text) => {
    const answer = await fetch(`${server.url}/v1/style-memory/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ text, nResults: ranksAtMost, minScore: 0 }),
    });
    if (!answer.ok) throw new Error(`"${text}" was answered by ${await answer.text()}`);
    const { results, degraded } = (await answer.json()) as Answer;
    if (degraded) throw new Error(`"${text}" was answered by words alone`);
    return results.map((found) => ({ contentHash: contentHashOf(found.text), score: found.score }));
  },
});
