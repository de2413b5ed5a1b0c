import { spoken } from '../../format/names';
import { Choice } from '../../parts/choice';
import { route, setQuery } from '../../routing/route';
import { link } from '../../routing/route';

const statuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'timed_out',
  'cancelled',
  'terminated',
] as const;

const sorts = [
  ['-startedAt', 'Last started'],
  ['-updatedAt', 'Last heard of'],
  ['-costNanoUsd', 'Most expensive'],
  ['-revisions', 'Most revisions'],
  ['-calls', 'Most calls'],
] as const;

const decisions = [
  ['', 'Any'],
  ['publish', 'publish'],
  ['revise', 'revise'],
  ['reject', 'reject'],
] as const;

interface Properties {
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** Which executions, kept in the page's address but for the text. */
export const ExecutionFilters = ({ text, onText }: Properties) => {
  const { status = '', sort = '-startedAt', decision = '' } = route.value.query;
  const chosen = new Set(status === '' ? [] : status.split(','));
  const toggled = (name: string): string | null => {
    const names = statuses.filter((one) => (one === name) !== chosen.has(one));
    return names.length === 0 ? null : names.join(',');
  };
  return (
    <form
      class="filters"
      aria-label="Which executions"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') location.hash = link('executions', text.trim());
      }}
    >
      <label class="field">
        <span>Id or topic; Enter opens an id</span>
        <input
          value={text}
          spellcheck={false}
          onInput={(event) => {
            onText(event.currentTarget.value);
          }}
        />
      </label>
      <Choice
        label="Order"
        value={sort}
        options={sorts}
        onChoose={(value) => {
          setQuery({ sort: value });
        }}
      />
      <Choice
        label="Quality gate"
        value={decision}
        options={decisions}
        onChoose={(value) => {
          setQuery({ decision: value });
        }}
      />
      <div class="chips" role="group" aria-label="Statuses">
        {statuses.map((name) => (
          <button
            key={name}
            type="button"
            class="chip"
            aria-pressed={chosen.has(name)}
            onClick={() => {
              setQuery({ status: toggled(name) });
            }}
          >
            {spoken(name)}
          </button>
        ))}
      </div>
    </form>
  );
};
