import { At } from '../../parts/at';
import type { ChecklistLine } from './deployment';

const Done = ({ line }: { readonly line: ChecklistLine }) => {
  const { ticked, by, at, evidence, gate } = line;
  if (by === null || at === null) {
    return <small>{gate === null ? 'not ticked' : `waits for a check of ${gate}`}</small>;
  }
  return (
    <small>
      {ticked ? 'ticked' : 'unticked'} by {by} at <At at={at} />
      {evidence !== null && <span class="item__evidence">{evidence}</span>}
    </small>
  );
};

/** One item, with who turned it, when, and what there is to show for it. */
export const ChecklistItem = ({
  line,
  onTurn,
}: {
  readonly line: ChecklistLine;
  readonly onTurn: (() => void) | null;
}) => {
  const { item, description, ticked, gate } = line;
  return (
    <li class={ticked ? 'item item--ticked' : 'item'}>
      <span class="item__mark" role="img" aria-label={ticked ? 'ticked' : 'not ticked'} />
      <span class="item__text">
        <span title={item}>{description ?? item}</span>
        <Done line={line} />
      </span>
      {gate === null && onTurn !== null && (
        <button
          type="button"
          class="button button--small"
          aria-label={`${ticked ? 'Untick' : 'Tick'} ${item}`}
          onClick={onTurn}
        >
          {ticked ? 'Untick…' : 'Tick…'}
        </button>
      )}
      {gate !== null && <span class="item__gate">by gate</span>}
    </li>
  );
};
