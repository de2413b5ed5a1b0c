import { useState } from 'preact/hooks';
import { given } from '../../api/given';
import { command } from '../../api/request';
import { Choice } from '../../parts/choice';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import type { Check } from './deployment';

interface Properties {
  readonly deploymentId: string;
  readonly gate: string;
  readonly onClose: () => void;
}

const outcomes = [
  ['successful', 'successful'],
  ['failed', 'failed'],
  ['inconclusive', 'inconclusive: too little to tell'],
  ['error', 'error: it could not be checked'],
] as const;

/** Records what a check of a gate came to, by whoever made it. */
export const CheckDialog = ({ deploymentId, gate, onClose }: Properties) => {
  const [outcome, setOutcome] = useState<Check['outcome']>('successful');
  const [measured, setMeasured] = useState('');
  const value = Number(measured);
  return (
    <ConfirmDialog
      title={`Record a check of ${gate}`}
      name={null}
      action="Record"
      reason="optional"
      words="Evidence, such as what was counted"
      isFilled={Number.isFinite(value)}
      onConfirm={async (words) => {
        await command('record-check', {
          deploymentId,
          gate,
          outcome,
          ...(measured.trim() === '' ? {} : { measured: value }),
          ...given('evidence', words),
        });
      }}
      onClose={onClose}
    >
      <Choice label="Outcome" value={outcome} options={outcomes} onChoose={setOutcome} />
      <label class="field">
        <span>Measured, where it is a number</span>
        <input
          value={measured}
          inputMode="decimal"
          autocomplete="off"
          aria-invalid={!Number.isFinite(value)}
          onInput={(event) => {
            setMeasured(event.currentTarget.value);
          }}
        />
      </label>
    </ConfirmDialog>
  );
};
