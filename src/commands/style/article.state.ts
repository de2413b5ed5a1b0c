import type { EventsOf } from '../../events';
import type { Verdict, articleEventSchemas } from '../../events/style.events';
import { PersistentMap } from '../persistent-map';

export type ArticleEvent = EventsOf<typeof articleEventSchemas>;

/** A paragraph where it stands, without its text. */
export interface Placed {
  readonly paragraphId: string;
  readonly paragraph: number;
  readonly contentHash: string;
}

export interface ArticleState {
  readonly status: 'absent' | 'indexed' | 'removed';
  readonly source: string;
  readonly publishedAt: string | null;
  /** In the order of the article. */
  readonly paragraphs: readonly Placed[];
  /** How many paragraphs it ever had: the numbers in their ids are not used twice. */
  readonly made: number;
  /** The last verdict by paragraph and execution, see `ratingKey`. */
  readonly verdicts: PersistentMap<string, Verdict>;
}

export const initialState: ArticleState = {
  status: 'absent',
  source: '',
  publishedAt: null,
  paragraphs: [],
  made: 0,
  verdicts: PersistentMap.empty(),
};

/** Neither id holds a slash. */
export const ratingKey = (paragraphId: string, executionId: string): string =>
  `${paragraphId}/${executionId}`;

const placed = ({ paragraphId, paragraph, contentHash }: Placed): Placed => ({
  paragraphId,
  paragraph,
  contentHash,
});

export const evolve = (state: ArticleState, event: ArticleEvent): ArticleState => {
  switch (event.type) {
    case 'ArticleIndexed': {
      const { source, publishedAt, paragraphs } = event.data;
      const made = state.made + paragraphs.length;
      return {
        ...state,
        status: 'indexed',
        source,
        publishedAt,
        paragraphs: paragraphs.map(placed),
        made,
      };
    }
    case 'ArticleRevised': {
      const { publishedAt, added, removed, moved } = event.data;
      const changed = new Set([...removed, ...moved].map(({ paragraphId }) => paragraphId));
      const kept = state.paragraphs.filter(({ paragraphId }) => !changed.has(paragraphId));
      const paragraphs = [...kept, ...moved.map(placed), ...added.map(placed)];
      paragraphs.sort((left, right) => left.paragraph - right.paragraph);
      return { ...state, publishedAt, paragraphs, made: state.made + added.length };
    }
    case 'ArticleRemoved':
      return { ...state, status: 'removed', paragraphs: [] };
    case 'ParagraphRated': {
      const { paragraphId, executionId, verdict } = event.data;
      const rating = [ratingKey(paragraphId, executionId), verdict] as const;
      return { ...state, verdicts: state.verdicts.with([rating]) };
    }
  }
};

/** Of paragraphs that are void their numbers stay taken: queries were answered by these ids. */
export const passOver = (state: ArticleState, { type, data }: ArticleEvent): ArticleState => {
  if (type === 'ArticleIndexed') return { ...state, made: state.made + data.paragraphs.length };
  if (type === 'ArticleRevised') return { ...state, made: state.made + data.added.length };
  return state;
};
