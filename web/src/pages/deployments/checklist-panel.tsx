import { useState } from 'preact/hooks';
import { command } from '../../api/request';
import { count } from '../../format/numbers';
import { At } from '../../parts/at';
import { Bar } from '../../parts/bar';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { spokenPhase } from './spoken-phase';
import { tickedOf } from './deployment';
import type { ChecklistLine, DeploymentRow } from './deployment';

interface Properties {
  readonly row: DeploymentRow;
  readonly mayAct: boolean;
}

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
const Item = ({
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

const Turn = ({
  line,
  row,
  onClose,
}: {
  readonly line: ChecklistLine;
  readonly row: DeploymentRow;
  readonly onClose: () => void;
}) => {
  const { item, ticked, description } = line;
  const { deploymentId } = row;
  return (
    <ConfirmDialog
      title={`${ticked ? 'Untick' : 'Tick'} ${item}`}
      name={null}
      action={ticked ? 'Untick' : 'Tick'}
      reason="optional"
      words={ticked ? 'Reason' : 'Evidence, such as an address'}
      onConfirm={async (words) => {
        if (ticked) {
          const reason = words === '' ? {} : { reason: words };
          await command('untick-checklist-item', { deploymentId, item, ...reason });
        } else {
          const evidence = words === '' ? {} : { evidence: words };
          await command('tick-checklist-item', { deploymentId, item, ...evidence });
        }
      }}
      onClose={onClose}
    >
      <p>{description ?? item}</p>
      <p class="muted">Until it is staged, any change takes sign-offs away that were given.</p>
    </ConfirmDialog>
  );
};

/** What is to be done, by phase. */
export const ChecklistPanel = ({ row, mayAct }: Properties) => {
  const [turning, setTurning] = useState<ChecklistLine | null>(null);
  const { checklist } = row;
  const phases = [...new Set(checklist.map(({ phase }) => phase))];
  const ticked = tickedOf(row);
  return (
    <Panel title="Checklist" note={`${count(ticked)} of ${count(checklist.length)} ticked`}>
      {checklist.length === 0 && <Empty>Its plan asks for no checklist.</Empty>}
      <div class="phases">
        {phases.map((phase) => {
          const lines = checklist.filter((line) => line.phase === phase);
          const done = lines.filter((line) => line.ticked).length;
          return (
            <section key={phase} class="phase" aria-label={spokenPhase(phase)}>
              <header>
                <h3>{spokenPhase(phase)}</h3>
                <span class="muted">
                  {count(done)} of {count(lines.length)}
                </span>
                <Bar share={done / lines.length} tone={done === lines.length ? 'good' : 'info'} />
              </header>
              <ul>
                {lines.map((line) => (
                  <Item
                    key={line.item}
                    line={line}
                    onTurn={
                      mayAct
                        ? () => {
                            setTurning(line);
                          }
                        : null
                    }
                  />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      {turning !== null && (
        <Turn
          line={turning}
          row={row}
          onClose={() => {
            setTurning(null);
          }}
        />
      )}
    </Panel>
  );
};
