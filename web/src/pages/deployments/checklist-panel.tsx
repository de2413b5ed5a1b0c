import { useState } from 'preact/hooks';
import { count } from '../../format/numbers';
import { Bar } from '../../parts/bar';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { ChecklistItem } from './checklist-item';
import { tickedOf } from './deployment';
import type { ChecklistLine, DeploymentRow } from './deployment';
import { spokenPhase } from './spoken-phase';
import { TurnDialog } from './turn-dialog';
import './checklist.css';

interface Properties {
  readonly row: DeploymentRow;
  readonly mayAct: boolean;
}

/** What is to be done, by phase. */
export const ChecklistPanel = ({ row, mayAct }: Properties) => {
  const [turning, setTurning] = useState<ChecklistLine | null>(null);
  const { checklist } = row;
  const phases = [...new Set(checklist.map(({ phase }) => phase))];
  const ticked = tickedOf(row);
  return (
    <Panel
      title="Checklist"
      {...(checklist.length === 0
        ? {}
        : { note: `${count(ticked)} of ${count(checklist.length)} ticked` })}
    >
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
                  <ChecklistItem
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
        <TurnDialog
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
