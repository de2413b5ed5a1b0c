import { Choice } from '../../parts/choice';
import { StatusChips } from '../../parts/status-chips';
import { route, setQuery } from '../../routing/route';

const statuses = ['firing', 'acknowledged', 'resolved'] as const;

const severities = [
  ['', 'Any'],
  ['critical', 'critical'],
  ['warning', 'warning'],
] as const;

interface Properties {
  /** That can be chosen from. */
  readonly rules: readonly string[];
}

/** Which alerts, kept in the page's address. */
export const AlertFilters = ({ rules }: Properties) => {
  const { severity = '', rule = '' } = route.value.query;
  const offered = [...new Set([...rules, ...(rule === '' ? [] : [rule])])];
  return (
    <div class="filters" role="group" aria-label="Which alerts">
      <Choice
        label="Rule"
        value={rule}
        options={[['', 'Any'], ...offered.map((name) => [name, name] as const)]}
        onChoose={(value) => {
          setQuery({ rule: value });
        }}
      />
      <Choice
        label="Severity"
        value={severity}
        options={severities}
        onChoose={(value) => {
          setQuery({ severity: value });
        }}
      />
      <StatusChips statuses={statuses} />
    </div>
  );
};
