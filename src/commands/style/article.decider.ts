import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import { canonical } from '../fields';
import type { ArticleCommand } from './article.commands';
import { evolve, initialState, passOver, ratingKey } from './article.state';
import type { ArticleEvent, ArticleState, Placed } from './article.state';

export type ArticleRefusal =
  'article-unknown' | 'article-without-paragraphs' | 'article-too-long' | 'paragraph-unknown';

/** How articles are read: what takes a Markdown parser and a digest. */
export interface ArticleContext {
  /** The id of the article that comes from `source`: the same whoever asks, and safe in a name. */
  readonly articleIdOf: (source: string) => string;
  /** The paragraphs of an article in order, as plain text, with the SHA-256 of each in hex. */
  readonly paragraphsOf: (markdown: string) => readonly Paragraph[];
}

interface Paragraph {
  readonly text: string;
  readonly contentHash: string;
}

type Of<T extends ArticleCommand['type']> = Extract<ArticleCommand, { type: T }>;
type Answer = readonly ArticleEvent[] | Refusal<ArticleRefusal>;

/** So that the event of an article, with an id and a digest for each, stays below 2 MiB. */
const paragraphsAtMost = 2_000;

/** PostgreSQL indexes the words of a text up to 1 MiB of them: this is half of that in any writing. */
const charactersAtMost = 100_000;

/** What the id of a paragraph says of its article. */
export const articleOfParagraph = (paragraphId: string): string =>
  paragraphId.slice(0, Math.max(0, paragraphId.lastIndexOf('.')));

/** The paragraphs that were there before, each to be taken once, by what they say. */
const byContent = (paragraphs: readonly Placed[]): Map<string, Placed[]> => {
  const known = new Map<string, Placed[]>();
  for (const one of paragraphs) {
    known.set(one.contentHash, [...(known.get(one.contentHash) ?? []), one]);
  }
  return known;
};

/** From the paragraphs of an indexed article to those of its next text. */
const revision = (
  articleId: string,
  state: ArticleState,
  paragraphs: readonly Paragraph[],
): Pick<
  Extract<ArticleEvent, { type: 'ArticleRevised' }>['data'],
  'added' | 'removed' | 'moved'
> => {
  const known = byContent(state.paragraphs);
  const added = [];
  const moved = [];
  let { made } = state;
  for (const [index, { text, contentHash }] of paragraphs.entries()) {
    const paragraph = index + 1;
    const before = known.get(contentHash)?.shift();
    if (before === undefined) {
      made += 1;
      added.push({ paragraphId: `${articleId}.${String(made)}`, paragraph, contentHash, text });
    } else if (before.paragraph !== paragraph) {
      moved.push({ ...before, paragraph, text, movedFrom: before.paragraph });
    }
  }
  return { added, removed: [...known.values()].flat(), moved };
};

/** A day stays one, a time is one of UTC: told with another zone, it is the same. */
const inUtc = (published: string | null): string | null =>
  published?.includes('T') === true ? canonical(published) : published;

const index = (
  command: Of<'IndexArticle'>,
  state: ArticleState,
  context: ArticleContext,
): Answer => {
  const { source } = command;
  const paragraphs = context.paragraphsOf(command.markdown);
  if (paragraphs.length === 0) {
    return refuse(
      'article-without-paragraphs',
      'markdown holds no paragraph of over 50 characters (headings, code, tables, images and references do not count)',
    );
  }
  if (paragraphs.length > paragraphsAtMost) {
    const detail = `markdown holds ${String(paragraphs.length)} paragraphs, at most ${String(paragraphsAtMost)} are allowed: split the article`;
    return refuse('article-too-long', detail);
  }
  const longest = Math.max(...paragraphs.map(({ text }) => text.length));
  if (longest > charactersAtMost) {
    const detail = `markdown holds a paragraph of ${String(longest)} characters, at most ${String(charactersAtMost)} are allowed: divide it by empty lines`;
    return refuse('article-too-long', detail);
  }
  const isIndexed = state.status === 'indexed';
  const publishedAt = inUtc(command.publishedAt ?? (isIndexed ? state.publishedAt : null));
  const { added, removed, moved } = revision(context.articleIdOf(source), state, paragraphs);
  if (!isIndexed) {
    return [{ type: 'ArticleIndexed', data: { source, publishedAt, paragraphs: added } }];
  }
  const changes = added.length + removed.length + moved.length;
  if (changes === 0 && publishedAt === inUtc(state.publishedAt)) return [];
  return [{ type: 'ArticleRevised', data: { source, publishedAt, added, removed, moved } }];
};

const rate = (command: Of<'RateParagraph'>, state: ArticleState): Answer => {
  const { paragraphId, executionId, verdict } = command;
  if (!state.paragraphs.some((paragraph) => paragraph.paragraphId === paragraphId)) {
    return refuse('paragraph-unknown', `the style memory holds no paragraph ${paragraphId}`);
  }
  const replaces = state.verdicts.get(ratingKey(paragraphId, executionId)) ?? null;
  if (replaces === verdict) return [];
  const { source } = state;
  return [
    { type: 'ParagraphRated', data: { paragraphId, source, executionId, verdict, replaces } },
  ];
};

export const article: Decider<
  ArticleState,
  ArticleCommand,
  ArticleEvent,
  ArticleRefusal,
  ArticleContext
> = {
  initialState,
  evolve,
  passOver,
  decide: (command, state, context) => {
    switch (command.type) {
      case 'IndexArticle':
        return index(command, state, context);
      case 'RemoveArticle': {
        const { source, reason } = command;
        if (state.status === 'absent') {
          return refuse('article-unknown', `no article of source ${source} was ever indexed`);
        }
        if (state.status === 'removed') return [];
        return [
          { type: 'ArticleRemoved', data: { source, reason, paragraphs: [...state.paragraphs] } },
        ];
      }
      case 'RateParagraph':
        return rate(command, state);
    }
  },
};
