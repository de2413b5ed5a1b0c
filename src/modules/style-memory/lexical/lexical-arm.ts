import { Injectable } from '@nestjs/common';
import { StyleDatabase } from '../style-database';
import { queryOf, readingsOf } from './information';
import type { AskedWord, KnownWord, LexicalQuery } from './information';
import { nearestSql, scoreSql, searchSql, wordsSql } from './lexical.sql';

/** A text by the hash of its content, with the share of the query's information that it answers. */
export interface LexicalHit {
  readonly contentHash: string;
  /** 0 to 1; see `queryOf`. */
  readonly share: number;
}

interface ScoreRow {
  readonly contentHash: string;
  readonly answered: number;
}

/** How much of the index one search may look at; see docs/adr/0012-lexical-score.md. */
const postings = { all: 1_500, inPart: 40 } as const;
const candidates = 48;

/** Unknown words that are looked for among the known ones; each takes a quarter of a millisecond. */
const misspelledAtMost = 4;

/** Below this similarity of their trigrams two words are two words: pg_trgm's own threshold. */
const likenessAtLeast = 0.3;

/** Numbers, and words too short to tell what was meant, are not misspelled. */
const mayBeMisspelled = (word: string): boolean => /^\p{L}{4,}$/u.test(word);

/** Finds texts by their words: BM25 over the word index in PostgreSQL, stemmed, misspellings forgiven. */
@Injectable()
export class LexicalArm {
  constructor(private readonly database: StyleDatabase) {}

  /** What a text asks for, in words of the index. */
  async understand(text: string): Promise<LexicalQuery> {
    const words = await this.database.ask<AskedWord & { size: number }>(wordsSql, [text]);
    const size = words[0]?.size ?? 0;
    const unknown = words
      .filter(({ word, texts }) => texts === 0 && mayBeMisspelled(word))
      .map(({ word }) => word)
      .slice(0, misspelledAtMost);
    const nearest = size === 0 ? new Map<string, KnownWord>() : await this.nearest(unknown);
    return queryOf(words, nearest, size);
  }

  /** The texts that answer most of `query`, at most `limit`, the best first. */
  async search({ terms, asked }: LexicalQuery, limit: number): Promise<LexicalHit[]> {
    if (terms.length === 0) return [];
    const rows = await this.database.ask<ScoreRow>(searchSql, [
      ...columnsOf(terms),
      limit,
      readingsOf(terms, postings),
      Math.max(limit, candidates),
    ]);
    return rows.map((row) => hitOf(row, asked));
  }

  /** The same of given texts; those that answer nothing are left out. */
  async score(
    { terms, asked }: LexicalQuery,
    contentHashes: readonly string[],
  ): Promise<Map<string, LexicalHit>> {
    if (terms.length === 0 || contentHashes.length === 0) return new Map();
    const rows = await this.database.ask<ScoreRow>(scoreSql, [...columnsOf(terms), contentHashes]);
    return new Map(rows.map((row) => [row.contentHash, hitOf(row, asked)]));
  }

  private async nearest(words: readonly string[]): Promise<Map<string, KnownWord>> {
    if (words.length === 0) return new Map();
    const rows = await this.database.ask<KnownWord & { asked: string }>(nearestSql, [
      words,
      likenessAtLeast,
    ]);
    return new Map(rows.map(({ asked, ...known }) => [asked, known]));
  }
}

const columnsOf = (terms: LexicalQuery['terms']): [string[], number[]] => [
  terms.map(({ word }) => word),
  terms.map(({ worth }) => worth),
];

/** Sums of floats may end a hair above the whole. */
const hitOf = ({ contentHash, answered }: ScoreRow, asked: number): LexicalHit => ({
  contentHash,
  share: Math.min(1, answered / asked),
});
