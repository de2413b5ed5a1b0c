import { hash } from 'node:crypto';
import type { ArticleContext } from '../../commands/style/article.decider';
import { paragraphsOf } from './markdown';

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** Half of a SHA-256: 128 bits, so that no two sources meet. */
const idLength = 32;

/** How deciders get to read articles. */
export const articleReading: ArticleContext = {
  articleIdOf: (source) => sha256(source).slice(0, idLength),
  paragraphsOf: (markdown) =>
    paragraphsOf(markdown).map((text) => ({ text, contentHash: sha256(text) })),
};
