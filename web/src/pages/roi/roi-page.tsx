import { useMemo } from 'preact/hooks';
import type { RoiTotalsRow } from '../../api/rows';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Panel } from '../../parts/panel';
import { route } from '../../routing/route';
import { momentTime } from '../../time/moment';
import { useRows } from '../../time/use-at-moment';
import { dayAfter, daysBetween } from '../../time/days';
import { ExceptionsPanel } from './exceptions-panel';
import { GroupCharts } from './group-charts';
import { GroupTable } from './group-table';
import { PublishedPanel } from './published-panel';
import { RepricedPanel } from './repriced-panel';
import { RoiFigures } from './roi-figures';
import { RoiFilters } from './roi-filters';
import { questionOf } from './roi-question';
import './roi.css';

const freshness = after(['LlmCallRecorded', 'BenefitEarned', 'CallsRepriced'], 2_000);
const rowsAtMost = 1_000;

/** Money and hours: over time, by whom, as billed and as repriced. */
export const RoiPage = () => {
  const { group, from, to } = questionOf(route.value.query, momentTime.value);
  const range = { from, to: dayAfter(to), limit: rowsAtMost };
  const days = useMemo(() => daysBetween(from, to), [from, to]);
  const daily = useRows<RoiTotalsRow>('roi-totals', { ...range, groupBy: 'day' }, freshness);
  const grouped = useRows<RoiTotalsRow>(
    'roi-totals',
    { ...range, groupBy: group, sort: '-costNanoUsd' },
    freshness,
  );
  const both = useRows<RoiTotalsRow>(
    'roi-totals',
    { ...range, groupBy: `day,${group}`, sort: '-day' },
    freshness,
  );
  return (
    <>
      <RoiFilters group={group} from={from} to={to} />
      <Answered answer={daily} lines={2}>
        {({ rows }) => <RoiFigures rows={rows} from={from} to={to} />}
      </Answered>
      <div class="grid">
        <GroupCharts answer={both} days={days} group={group} />
        <RepricedPanel answer={daily} days={days} />
        <Panel title={`By ${group}`} span="full" note="costs USD, durations of calls">
          <Answered answer={grouped} lines={5}>
            {({ rows }) => <GroupTable rows={rows} group={group} />}
          </Answered>
        </Panel>
        <PublishedPanel from={from} to={to} />
        <ExceptionsPanel from={from} to={to} />
      </div>
    </>
  );
};
