import fc from 'fast-check';
import { anyArticleCommands, articleCourseOf, plainReading } from '../../../test/harness/articles';
import { rulesOf } from '../../../test/harness/given-when-then';
import { eventSchemas } from '../../events';
import { isRefusal } from '../decider';
import { articleCommands } from './article.commands';
import type { ArticleCommand } from './article.commands';
import { article, articleOfParagraph } from './article.decider';
import type { ArticleRefusal } from './article.decider';
import type { ArticleEvent } from './article.state';

const { given, told } = rulesOf(article, plainReading);

const source = 'a.md';
const indexArticle = (...texts: string[]): ArticleCommand => ({
  type: 'IndexArticle',
  source,
  markdown: texts.join('\n\n'),
});
const at = (paragraph: number, n: number, text: string) => ({
  paragraphId: `amd.${String(n)}`,
  paragraph,
  contentHash: `hash of ${text}`,
});
const withText = (paragraph: number, n: number, text: string) => ({
  ...at(paragraph, n, text),
  text,
});
const indexed = (...texts: string[]): ArticleEvent => ({
  type: 'ArticleIndexed',
  data: {
    source,
    publishedAt: null,
    paragraphs: texts.map((text, index) => withText(index + 1, index + 1, text)),
  },
});
const revised = (
  changes: Partial<Extract<ArticleEvent, { type: 'ArticleRevised' }>['data']>,
): ArticleEvent => ({
  type: 'ArticleRevised',
  data: { source, publishedAt: null, added: [], removed: [], moved: [], ...changes },
});
const removed: ArticleEvent = {
  type: 'ArticleRemoved',
  data: { source, reason: 'withdrawn', paragraphs: [at(1, 1, 'one'), at(2, 2, 'two')] },
};
const remove: ArticleCommand = { type: 'RemoveArticle', source, reason: 'withdrawn' };
const rate = (verdict: 'good' | 'bad', paragraphId = 'amd.1'): ArticleCommand => ({
  type: 'RateParagraph',
  paragraphId,
  executionId: 'run',
  verdict,
});
const rated = (verdict: 'good' | 'bad', replaces: 'good' | 'bad' | null = null): ArticleEvent => ({
  type: 'ParagraphRated',
  data: { paragraphId: 'amd.1', source, executionId: 'run', verdict, replaces },
});

describe('indexing', () => {
  test('gives each paragraph of an article its place and an id', () => {
    given().when(indexArticle('one', 'two')).then(indexed('one', 'two'));
  });

  test('the same again changes nothing', () => {
    given(indexed('one', 'two')).when(indexArticle('one', 'two')).then();
  });

  test('replaces the paragraph that changed and no other', () => {
    given(indexed('one', 'two', 'three'))
      .when(indexArticle('one', 'TWO', 'three'))
      .then(revised({ added: [withText(2, 4, 'TWO')], removed: [at(2, 2, 'two')] }));
  });

  test('paragraphs that move keep their ids', () => {
    given(indexed('one', 'two'))
      .when(indexArticle('zero', 'two', 'one'))
      .then(
        revised({
          added: [withText(1, 3, 'zero')],
          moved: [{ ...withText(3, 1, 'one'), movedFrom: 1 }],
        }),
      );
  });

  test('of two paragraphs that say the same, each has an id of its own', () => {
    given(indexed('one', 'one'))
      .when(indexArticle('one'))
      .then(revised({ removed: [at(2, 2, 'one')] }));
  });

  test('an id is not used twice, also after a removal', () => {
    given(indexed('one', 'two'), removed)
      .when(indexArticle('one'))
      .then({
        type: 'ArticleIndexed',
        data: { source, publishedAt: null, paragraphs: [withText(1, 3, 'one')] },
      });
  });

  test('an id is not used twice, also where what it was given to is void', () => {
    const one = article.evolve(article.initialState, indexed('one'));
    const changed = revised({ added: [withText(2, 2, 'two')] });
    const state = [changed, removed].reduce(article.passOver!, one);
    expect(article.decide(indexArticle('one', 'two'), state, plainReading)).toEqual([
      revised({ added: [withText(2, 3, 'two')] }),
    ]);
    const none = article.passOver!(article.initialState, indexed('one'));
    expect(article.decide(indexArticle('one'), none, plainReading)).toMatchObject([
      { type: 'ArticleIndexed', data: { paragraphs: [withText(1, 2, 'one')] } },
    ]);
  });

  test('a new date of publication is a revision, a date not given is as it was', () => {
    given(indexed('one'))
      .when({ ...indexArticle('one'), publishedAt: '2026-01-08' } as ArticleCommand)
      .then(revised({ publishedAt: '2026-01-08' }));
    given(indexed('one'), revised({ publishedAt: '2026-01-08' }))
      .when(indexArticle('one'))
      .then();
    given(indexed('one', 'two'), revised({ publishedAt: '2026-01-08' }), removed)
      .when(indexArticle('one'))
      .then({
        type: 'ArticleIndexed',
        data: { source, publishedAt: null, paragraphs: [withText(1, 3, 'one')] },
      });
  });

  test('a time of publication is kept in UTC, and told with another zone it is as it was', () => {
    const told = (publishedAt: string) =>
      ({ ...indexArticle('one'), publishedAt }) as ArticleCommand;
    const kept = '2026-01-08T21:00:00.000000Z';
    given(indexed('one'))
      .when(told('2026-01-08T22:00:00+01:00'))
      .then(revised({ publishedAt: kept }));
    for (const before of [kept, '2026-01-08T22:00:00+01:00']) {
      given(indexed('one'), revised({ publishedAt: before }))
        .when(told('2026-01-08T21:00:00Z'))
        .then();
    }
  });

  test('is refused for an article without paragraphs, which stays as it was', () => {
    given(indexed('one'))
      .when(indexArticle())
      .refused('article-without-paragraphs', /markdown holds no paragraph of over 50 characters/);
  });

  test('is refused for more than 2,000 paragraphs', () => {
    const texts = Array.from({ length: 2_001 }, (_, index) => String(index));
    given()
      .when(indexArticle(...texts))
      .refused('article-too-long', /holds 2001 paragraphs, at most 2000 .* split the article/);
    const decision = article.decide(
      indexArticle(...texts.slice(1)),
      article.initialState,
      plainReading,
    );
    expect(decision).toHaveLength(1);
  });

  test('is refused for a paragraph of more than 100,000 characters', () => {
    const longest = 'x'.repeat(100_000);
    given(indexed('one'))
      .when(indexArticle('one', `${longest}y`))
      .refused(
        'article-too-long',
        /a paragraph of 100001 characters, at most 100000 .* empty lines/,
      );
    expect(article.decide(indexArticle(longest), article.initialState, plainReading)).toHaveLength(
      1,
    );
  });
});

describe('removing', () => {
  test('says which paragraphs go', () => {
    given(indexed('one', 'two')).when(remove).then(removed);
  });

  test('twice changes nothing', () => {
    given(indexed('one', 'two'), removed).when(remove).then();
  });

  test('is refused for an article that never was', () => {
    given()
      .when(remove)
      .refused('article-unknown', /no article of source a\.md/);
  });
});

describe('rating', () => {
  test('records the verdict on a paragraph', () => {
    given(indexed('one')).when(rate('good')).then(rated('good'));
  });

  test('the same verdict again changes nothing', () => {
    given(indexed('one'), rated('good')).when(rate('good')).then();
  });

  test('another verdict says what it replaces', () => {
    given(indexed('one'), rated('good')).when(rate('bad')).then(rated('bad', 'good'));
  });

  test.each([
    ['was never there', [indexed('one')], 'amd.7'],
    ['was removed', [indexed('one', 'two'), removed], 'amd.1'],
    ['is of no article', [], 'amd.1'],
  ])('is refused for a paragraph that %s', (_what, history, paragraphId) => {
    given(...history)
      .when(rate('good', paragraphId))
      .refused('paragraph-unknown', new RegExp(`no paragraph ${paragraphId}`));
  });
});

test.each([
  ['a.b.3', 'a.b'],
  ['nothing', ''],
])('%s is a paragraph of article "%s"', (paragraphId, articleId) => {
  expect(articleOfParagraph(paragraphId)).toBe(articleId);
});

describe('whatever comes', () => {
  test('no decision throws, and each event is of its schema', () => {
    fc.assert(
      fc.property(anyArticleCommands, (commands) => {
        for (const { type, data } of articleCourseOf(commands).events) {
          expect(eventSchemas[type].parse(data)).toEqual(data);
        }
      }),
    );
  });

  test('the article is what was last indexed', () => {
    fc.assert(
      fc.property(anyArticleCommands, (commands) => {
        const { state } = articleCourseOf(commands);
        const last = commands.findLast(
          (command) =>
            command.type === 'RemoveArticle' ||
            (command.type === 'IndexArticle' && command.markdown !== ''),
        );
        const texts = last?.type === 'IndexArticle' ? last.markdown.split('\n\n') : [];
        expect(state.paragraphs.map(({ contentHash }) => contentHash)).toEqual(
          texts.map((text) => `hash of ${text}`),
        );
        expect(state.paragraphs.map(({ paragraph }) => paragraph)).toEqual(
          texts.map((_, index) => index + 1),
        );
      }),
    );
  });

  test('a paragraph whose text is still there keeps its id', () => {
    const count = (hashes: readonly string[], hash: string): number =>
      hashes.filter((other) => other === hash).length;
    fc.assert(
      fc.property(anyArticleCommands, anyArticleCommands, (before, [next]) => {
        const { state, events } = articleCourseOf(before);
        fc.pre(next?.type === 'IndexArticle' && state.status === 'indexed');
        const decision = article.decide(next, state, plainReading);
        fc.pre(!isRefusal(decision));
        const after = (decision as ArticleEvent[]).reduce(article.evolve, state);
        const [old, fresh] = [state, after].map(({ paragraphs }) =>
          paragraphs.map(({ contentHash }) => contentHash),
        ) as [string[], string[]];
        for (const hash of new Set(old)) {
          const idsOf = ({ paragraphs }: typeof state): string[] =>
            paragraphs.filter((one) => one.contentHash === hash).map((one) => one.paragraphId);
          const kept = idsOf(after).filter((id) => idsOf(state).includes(id));
          expect(kept).toHaveLength(Math.min(count(old, hash), count(fresh, hash)));
        }
        expect(events.length).toBeGreaterThan(0);
      }),
    );
  });

  test('no two paragraphs ever share an id', () => {
    fc.assert(
      fc.property(anyArticleCommands, (commands) => {
        const ids = articleCourseOf(commands).events.flatMap((event) => {
          if (event.type === 'ArticleIndexed') return event.data.paragraphs;
          return event.type === 'ArticleRevised' ? event.data.added : [];
        });
        expect(new Set(ids.map(({ paragraphId }) => paragraphId)).size).toBe(ids.length);
      }),
    );
  });
});

describe('nothing is left untold', () => {
  test('every command has its sentences above', () => {
    expect([...told.commands].sort()).toEqual(Object.keys(articleCommands).sort());
  });

  test('every refusal has its sentences above', () => {
    const refusals: Readonly<Record<ArticleRefusal, true>> = {
      'article-unknown': true,
      'article-without-paragraphs': true,
      'article-too-long': true,
      'paragraph-unknown': true,
    };
    expect([...told.refusals].sort()).toEqual(Object.keys(refusals).sort());
  });
});
