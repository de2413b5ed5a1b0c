import { Choice } from '../../parts/choice';
import { DayField } from '../../parts/day-field';
import { setQuery } from '../../routing/route';
import { groups } from './roi-question';
import type { RoiQuestion } from './roi-question';

const options = groups.map((name) => [name, name] as const);

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
    <DayField label="From day (UTC)" name="from" value={from} />
    <DayField label="To day (UTC)" name="to" value={to} />
  </form>
);
