import { Choice } from '../../parts/choice';
import { TextField } from '../../parts/text-field';
import type { Asked } from './plan-request';

const hows = [
  ['usual', 'the usual ones'],
  ['none', 'none'],
  ['own', 'these:'],
] as const;

interface Properties {
  readonly label: string;
  readonly hint: string;
  readonly asked: Asked;
  readonly onAsk: (asked: Asked) => void;
}

/** One of the lists of a plan: the usual one, none, or one of its own. */
export const AskedFor = ({ label, hint, asked, onAsk }: Properties) => (
  <div class="asked">
    <Choice
      label={label}
      value={asked.how}
      options={hows}
      onChoose={(how) => {
        onAsk({ ...asked, how });
      }}
    />
    {asked.how === 'own' && (
      <TextField
        label={hint}
        value={asked.text}
        rows={3}
        onInput={(text) => {
          onAsk({ ...asked, text });
        }}
      />
    )}
  </div>
);
