import { count } from '../format/numbers';
import type { Pages } from '../time/use-pages';

interface Properties {
  readonly pages: Pick<Pages<unknown>, 'page' | 'onBack' | 'onNext'>;
  /** The cursor of the next page; null on the last. */
  readonly next: string | null;
}

/** From a page of rows, the newest first, to those behind it and back; nothing where there is one page. */
export const Pager = ({ pages: { page, onBack, onNext }, next }: Properties) => {
  if (page === 1 && next === null) return null;
  return (
    <nav class="pager" aria-label="More rows">
      <button type="button" class="button button--small" disabled={page === 1} onClick={onBack}>
        Newer
      </button>
      <span class="muted" role="status">
        Page {count(page)}
      </span>
      <button
        type="button"
        class="button button--small"
        disabled={next === null}
        onClick={() => {
          if (next !== null) onNext(next);
        }}
      >
        Older
      </button>
    </nav>
  );
};
