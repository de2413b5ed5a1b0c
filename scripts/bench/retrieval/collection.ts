import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { distortions, knownItems, knownParagraphs } from './known-items';
import { articleQuestions } from './questions/article-questions';
import { farQuestions, ownQuestions } from './questions/own-questions';
import { ownText } from './questions/own-text';
import { unrelatedQuestions } from './questions/unrelated-questions';

/** What a question is to show: known items found again, meaning understood, nothing found in nothing. */
export const kinds = [...distortions, 'own text', 'far words', 'articles', 'unrelated'] as const;
export type Kind = (typeof kinds)[number];

export interface Question {
  readonly text: string;
  readonly kind: Kind;
  /** How the text of the paragraph begins that answers it; null where none does. */
  readonly answerBegins: string | null;
}

interface Article {
  readonly source: string;
  readonly markdown: string;
}

export interface Collection {
  readonly articles: readonly Article[];
  readonly questions: readonly Question[];
}

const knownCount = 5_000;
const knownPerArticle = 250;
const paragraphSeed = 2_026;
const questionSeed = 77;

export const contentHashOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex');

const asked = (text: string, kind: Kind, answerBegins: string | null): Question => ({
  text,
  kind,
  answerBegins,
});

const joined = (paragraphs: readonly string[]): string => paragraphs.join('\n\n');

const known = (questionsEach: number): Collection => {
  const paragraphs = knownParagraphs(knownCount, paragraphSeed);
  const items = knownItems(paragraphs, questionsEach, questionSeed);
  return {
    articles: Array.from({ length: knownCount / knownPerArticle }, (_, index) => ({
      source: `known-${String(index)}`,
      markdown: joined(paragraphs.slice(index * knownPerArticle, (index + 1) * knownPerArticle)),
    })),
    questions: items.map(({ question, answer, distortion }) =>
      asked(question, distortion, paragraphs[answer] ?? null),
    ),
  };
};

const own = (): Collection => ({
  articles: [{ source: 'own-text', markdown: joined(Object.values(ownText)) }],
  questions: [
    ...ownQuestions.map(([text, name]) => asked(text, 'own text', ownText[name])),
    ...farQuestions.map(([text, name]) => asked(text, 'far words', ownText[name])),
    ...unrelatedQuestions.map((text) => asked(text, 'unrelated', null)),
  ],
});

const given = async (folder: string): Promise<Collection> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md'));
  return {
    articles: await Promise.all(
      names.map(async (name) => ({
        source: name.replace(/\.md$/, ''),
        markdown: await readFile(join(folder, name), 'utf8'),
      })),
    ),
    questions: articleQuestions.map(([text, begins]) => asked(text, 'articles', begins)),
  };
};

/** All there is to ask, and the texts that are asked; of `folder`, if any, the articles as well. */
export const collectionOf = async (
  folder: string | null,
  questionsEach: number,
): Promise<Collection> => {
  const parts = [known(questionsEach), own(), ...(folder === null ? [] : [await given(folder)])];
  return {
    articles: parts.flatMap(({ articles }) => articles),
    questions: parts.flatMap(({ questions }) => questions),
  };
};
