import { Choice } from '../../parts/choice';
import { DayField } from '../../parts/day-field';
import { StatusChips } from '../../parts/status-chips';
import { link, route, setQuery } from '../../routing/route';
import { statuses } from './statuses';

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
  const { sort = '-startedAt', decision = '', from = '', to = '' } = route.value.query;
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
      <DayField label="Started from day (UTC)" name="from" value={from} />
      <DayField label="Started to day (UTC)" name="to" value={to} />
      <StatusChips statuses={statuses} />
    </form>
  );
};
