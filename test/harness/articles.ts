/*
 * Articles for rules and properties, read without a Markdown parser: a paragraph is what stands
 * between blank lines, and its own text is its digest.
 */
import fc from 'fast-check';
import { isRefusal } from '../../src/commands/decider';
import type { ArticleCommand } from '../../src/commands/style/article.commands';
import { article } from '../../src/commands/style/article.decider';
import type { ArticleContext } from '../../src/commands/style/article.decider';
import type { ArticleEvent, ArticleState } from '../../src/commands/style/article.state';

export const plainReading: ArticleContext = {
  articleIdOf: (source) => source.replace(/\W/g, ''),
  paragraphsOf: (markdown) =>
    markdown
      .split('\n\n')
      .filter((text) => text !== '')
      .map((text) => ({ text, contentHash: `hash of ${text}` })),
};

/** Few texts, so that many of them stay, move, come twice and come again. */
const markdown = fc
  .array(fc.constantFrom('one', 'two', 'three', 'four', 'five'), { maxLength: 6 })
  .map((texts) => texts.join('\n\n'));

const indexing: fc.Arbitrary<ArticleCommand> = fc.record({
  type: fc.constant('IndexArticle' as const),
  source: fc.constant('a.md'),
  markdown,
  publishedAt: fc.option(fc.constantFrom('2026-01-08', '2026-01-09'), { nil: undefined }),
});
const removal: fc.Arbitrary<ArticleCommand> = fc.record({
  type: fc.constant('RemoveArticle' as const),
  source: fc.constant('a.md'),
  reason: fc.constant('withdrawn'),
});
const rating: fc.Arbitrary<ArticleCommand> = fc.record({
  type: fc.constant('RateParagraph' as const),
  paragraphId: fc.nat(8).map((n) => `amd.${String(n)}`),
  executionId: fc.constantFrom('one', 'two'),
  verdict: fc.constantFrom('good' as const, 'bad' as const),
});

/** Commands for one article, as whoever edits it might send them. */
export const anyArticleCommands: fc.Arbitrary<ArticleCommand[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: indexing },
    { weight: 1, arbitrary: removal },
    { weight: 3, arbitrary: rating },
  ),
  { maxLength: 20 },
);

/** What becomes of an article when these commands come, in order; what is refused is left out. */
export const articleCourseOf = (
  commands: readonly ArticleCommand[],
): { readonly state: ArticleState; readonly events: readonly ArticleEvent[] } => {
  let state = article.initialState;
  const events: ArticleEvent[] = [];
  for (const command of commands) {
    const decision = article.decide(command, state, plainReading);
    if (isRefusal(decision)) continue;
    for (const event of decision) {
      state = article.evolve(state, event);
      events.push(event);
    }
  }
  return { state, events };
};
