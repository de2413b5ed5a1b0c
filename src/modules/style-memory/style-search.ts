import { Inject, Injectable } from '@nestjs/common';
import { lexicalScore, logOddsOf, scoreOf } from './calibration';
import type { Evidence } from './calibration';
import type { LexicalQuery } from './lexical/information';
import { LexicalArm } from './lexical/lexical-arm';
import { SEMANTIC } from './semantic-port';
import type { SemanticPort } from './semantic-port';
import type { OpenSpan } from '../telemetry/tracing';
import { SemanticUnavailable } from './semantic/semantic-unavailable';
import { StyleDatabase } from './style-database';
import { paragraphsSql } from './style-paragraphs.sql';
import { wordingOf } from './wording';

/** A paragraph of the memory. */
interface Paragraph {
  readonly contentHash: string;
  readonly text: string;
  readonly source: string;
  /** Place in its article, from 1. */
  readonly paragraph: number;
  readonly paragraphId: string;
}

type Arms = Pick<Evidence, 'lexical' | 'semantic'>;

export interface Found extends Omit<Paragraph, 'contentHash'> {
  /** 0 to 1, of both arms and the wording together. */
  readonly score: number;
  /** The score of each arm, 0 to 1; null where it did not find the paragraph. */
  readonly arms: Arms;
}

export interface Finding {
  /** Of `minScore` and better, the best first. */
  readonly results: readonly Found[];
  /** The best of those below it. */
  readonly nearMisses: readonly Found[];
  /** Whether the semantic arm was away, and words alone decided. */
  readonly degraded: boolean;
  /** What a person should know of an answer that holds nothing. */
  readonly note?: string;
}

export interface Wanted {
  readonly text: string;
  readonly nResults: number;
  readonly minScore: number;
}

type Scores = ReadonlyMap<string, number>;

const nearMissesAtMost = 3;

/** How many each arm brings, so that what only one of them ranks high is not missed. */
export const broughtFor = (nResults: number): number => 2 * nResults + 10;

/** Scores as answers and facts have them. */
const rounded = (score: number): number => Math.round(score * 10_000) / 10_000;

const noWords: Finding = {
  results: [],
  nearMisses: [],
  degraded: false,
  note: 'the text holds nothing to search for: only stop words or signs',
};

/**
 * Queries to the style memory: both arms bring what they find, and both score all of it. How literally
 * a paragraph says what was asked then counts as well.
 */
@Injectable()
export class StyleSearch {
  constructor(
    private readonly lexical: LexicalArm,
    @Inject(SEMANTIC) private readonly semantic: SemanticPort,
    private readonly database: StyleDatabase,
  ) {}

  /** @throws Problem 503 when the database is away; without the semantic arm it is `degraded`. */
  async find({ text: asked, nResults, minScore }: Wanted, span?: OpenSpan): Promise<Finding> {
    const text = asked.normalize('NFC'); // as the word index is
    const query = await this.lexical.understand(text);
    if (query.asked === 0) return noWords;
    const { arms, degraded } = await this.brought(text, query, broughtFor(nResults), span);
    const found = await this.scored(text, arms);
    return {
      results: found.filter(({ score }) => score >= minScore).slice(0, nResults),
      nearMisses: found.filter(({ score }) => score < minScore).slice(0, nearMissesAtMost),
      degraded,
    };
  }

  /** What both arms say of everything either brings, by content hash. */
  private async brought(
    text: string,
    query: LexicalQuery,
    limit: number,
    span: OpenSpan | undefined,
  ): Promise<{ readonly arms: ReadonlyMap<string, Arms>; readonly degraded: boolean }> {
    const [byWords, byMeaning] = await Promise.all([
      this.lexical.search(query, limit),
      this.meant(() => this.semantic.search(text, limit, span)),
    ]);
    const lexical = new Map(
      byWords.map(({ contentHash, share }) => [contentHash, lexicalScore(share)]),
    );
    const semantic = new Map(byMeaning?.hits.map(({ contentHash, score }) => [contentHash, score]));
    const [moreWords, moreMeaning] = await Promise.all([
      this.lexical.score(query, without(semantic, lexical)),
      byMeaning === null
        ? null
        : this.meant(() => this.semantic.score(text, without(lexical, semantic))),
    ]);
    for (const { contentHash, share } of moreWords.values())
      lexical.set(contentHash, lexicalScore(share));
    for (const { contentHash, score } of moreMeaning?.values() ?? [])
      semantic.set(contentHash, score);
    const armsOf = (hash: string): Arms => ({
      lexical: lexical.get(hash) ?? null,
      semantic: semantic.get(hash) ?? null,
    });
    const hashes = new Set([...lexical.keys(), ...semantic.keys()]);
    return {
      arms: new Map([...hashes].map((hash) => [hash, armsOf(hash)])),
      degraded: moreMeaning === null,
    };
  }

  /** Null while the semantic arm is away. */
  private async meant<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof SemanticUnavailable) return null;
      throw error;
    }
  }

  /** What was brought, with its words, place and score, the best first; what was removed meanwhile is left out. */
  private async scored(text: string, arms: ReadonlyMap<string, Arms>): Promise<Found[]> {
    if (arms.size === 0) return [];
    const rows = await this.database.ask<Paragraph>(paragraphsSql, [[...arms.keys()]]);
    const known = new Map(rows.map(({ contentHash, ...paragraph }) => [contentHash, paragraph]));
    const wording = wordingOf(text);
    const found = [...arms]
      .flatMap(([contentHash, by]) => {
        const paragraph = known.get(contentHash);
        if (paragraph === undefined) return [];
        const logOdds = logOddsOf({ wording: wording(paragraph.text), ...by });
        return [{ paragraph, logOdds, by }];
      })
      .sort((left, right) => right.logOdds - left.logOdds); // equals stay in the order of their arm
    const best = found[0]?.logOdds ?? 0;
    return found.map(({ paragraph, logOdds, by }) => {
      const score = rounded(scoreOf(logOdds, best));
      return Object.assign({ ...paragraph }, { score, arms: roundedArms(by) });
    });
  }
}

const without = (some: Scores, others: Scores): string[] =>
  [...some.keys()].filter((hash) => !others.has(hash));

const roundedArms = ({ lexical, semantic }: Arms): Arms => ({
  lexical: lexical === null ? null : rounded(lexical),
  semantic: semantic === null ? null : rounded(semantic),
});
