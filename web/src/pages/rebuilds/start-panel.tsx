import { useState } from 'preact/hooks';
import type { Standings } from '../../api/rows';
import { command } from '../../api/request';
import { useAnswer } from '../../api/use-answer';
import { Answered } from '../../parts/answered';
import { Choice } from '../../parts/choice';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { PlanView } from './plan-view';
import { nameOf } from './rebuild';

const cutovers = [
  ['manual', 'when told to'],
  ['auto', 'by itself where nothing differs'],
  ['dry', 'never: a dry run'],
] as const;

const toggled = (names: readonly string[], name: string): string[] =>
  names.includes(name) ? names.filter((one) => one !== name) : [...names, name];

/** Chooses what to build anew, shows what it takes, and starts it. */
export const StartPanel = () => {
  const [chosen, setChosen] = useState<string[]>([]);
  const [cutover, setCutover] = useState<(typeof cutovers)[number][0]>('manual');
  const [isConfirming, setConfirming] = useState(false);
  const standings = useAnswer<Standings>('/v1/projections');

  const start = async (): Promise<void> => {
    const how = cutover === 'dry' ? { dryRun: true } : { cutover };
    const { effects } = await command('start-rebuild', { projections: chosen, ...how });
    location.hash = link('rebuilds', String(effects?.['rebuildId']));
  };
  return (
    <Panel title="Build read models anew" note="beside the live ones; readers notice nothing">
      <Answered answer={standings}>
        {({ projections }) => (
          <fieldset class="choices">
            <legend class="unseen">Read models</legend>
            {projections.map(({ name, summary }) => (
              <label key={name} class="tick" title={summary}>
                <input
                  type="checkbox"
                  checked={chosen.includes(name)}
                  onChange={() => {
                    setChosen(toggled(chosen, name));
                  }}
                />
                {name}
              </label>
            ))}
          </fieldset>
        )}
      </Answered>
      <div class="filters">
        <Choice label="Goes live" value={cutover} options={cutovers} onChoose={setCutover} />
        <button
          type="button"
          class="button button--primary"
          disabled={chosen.length === 0}
          onClick={() => {
            setConfirming(true);
          }}
        >
          Start…
        </button>
      </div>
      {chosen.length > 0 && <PlanView projections={chosen} />}
      {isConfirming && (
        <ConfirmDialog
          title={`Rebuild ${nameOf(chosen)}`}
          name={nameOf(chosen)}
          action="Start"
          onConfirm={start}
          onClose={() => {
            setConfirming(false);
          }}
        />
      )}
    </Panel>
  );
};
