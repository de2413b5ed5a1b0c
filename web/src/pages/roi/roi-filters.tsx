import { Choice } from '../../parts/choice';
import { setQuery } from '../../routing/route';
import { groups } from './roi-question';
import type { RoiQuestion } from './roi-question';

const options = groups.map((name) => [name, name] as const);

const Day = ({ label, name, value }: { label: string; name: string; value: string }) => (
  <label class="choice">
    <span>{label}</span>
    <input
      type="date"
      value={value}
      onChange={(event) => {
        setQuery({ [name]: event.currentTarget.value });
      }}
    />
  </label>
);

/** Which days, and by what the figures are told apart. */
export const RoiFilters = ({ group, from, to }: RoiQuestion) => (
  <form
    class="filters"
    aria-label="Which figures"
    onSubmit={(event) => {
      event.preventDefault();
    }}
  >
    <Choice
      label="By"
      value={group}
      options={options}
      onChoose={(value) => {
        setQuery({ group: value });
      }}
    />
    <Day label="From day (UTC)" name="from" value={from} />
    <Day label="To day (UTC)" name="to" value={to} />
  </form>
);
