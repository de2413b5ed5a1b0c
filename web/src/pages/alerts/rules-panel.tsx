import type { Schema } from '../../api/contract';
import type { Answer } from '../../api/use-answer';
import { duration } from '../../format/durations';
import { plural } from '../../format/numbers';
import { spoken } from '../../format/names';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Named } from '../../parts/named';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { inUnits, measureOf, toneOfSeverity } from './alert';

type AlertRule = Schema<'AlertRules'>['rules'][number];

const asks = ({ action, automatic }: AlertRule): string => {
  if (action === 'none') return 'no';
  return automatic ? 'begins by itself' : 'is asked for';
};

const forHowLong = ({ forSeconds }: AlertRule): string =>
  forSeconds === 0 ? 'at once' : duration(forSeconds * 1_000);

const columns: readonly Column<AlertRule>[] = [
  {
    heading: 'Rule',
    isName: true,
    cell: ({ rule, measure }) => (
      <Named
        href={link('alerts', null, { rule })}
        name={spoken(rule)}
        note={measureOf(measure).title}
      />
    ),
  },
  {
    heading: 'Alerts',
    cell: ({ measure, comparison, threshold }) => `${comparison} ${inUnits(measure, threshold)}`,
  },
  { heading: 'Well at', cell: (row) => inUnits(row.measure, row.clearThreshold), isMinor: true },
  { heading: 'For', cell: forHowLong, isNumeric: true },
  {
    heading: 'Least samples',
    cell: (row) => plural(row.smallestSample, ...measureOf(row.measure).samples),
    isMinor: true,
  },
  {
    heading: 'Over',
    cell: ({ windowDays }) => (windowDays === null ? 'all' : plural(windowDays, 'UTC day')),
    isMinor: true,
  },
  {
    heading: 'Severity',
    cell: ({ severity }) => <Status name={severity} tone={toneOfSeverity(severity)} />,
  },
  { heading: 'Rollback', cell: asks, isMinor: true },
  { heading: 'Set by', cell: ({ setBy }) => setBy ?? 'as it came', isMinor: true },
];

/** What is looked at, and when that alerts. */
export const RulesPanel = ({ rules }: { readonly rules: Answer<Schema<'AlertRules'>> }) => (
  <Panel
    title="Rules in force"
    note="changed by set-alert-rule and remove-alert-rule"
    actions={
      <a href={link('events', null, { types: 'AlertRuleSet,AlertRuleRemoved' })}>
        How they were changed
      </a>
    }
  >
    <Answered answer={rules} lines={6}>
      {(found) =>
        found.rules.length === 0 ? (
          <Empty>No rule is in force: nothing alerts.</Empty>
        ) : (
          <DataTable
            caption="Rules of alerts"
            columns={columns}
            rows={found.rules}
            keyOf={({ rule }) => rule}
          />
        )
      }
    </Answered>
  </Panel>
);
