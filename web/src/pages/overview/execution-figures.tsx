import type { EventCounts, RoiTotalsRow } from '../../api/rows';
import type { Answer } from '../../api/use-answer';
import { count, percent, plural } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Figure } from '../../parts/figure';
import { asOf, link } from '../../routing/route';
import { hoursBefore, momentTime } from '../../time/moment';
import { useRows, useScope } from '../../time/use-at-moment';
import { moneyTold } from './money-told';
import { endTypes, outcomesOf } from './outcomes';
import { useDayCounts } from './use-day-counts';

const hours = 24;
/** Of what ended; above it the flow counts as degraded. */
const toleratedErrors = 0.05;

const types = [...endTypes, 'ExecutionStarted', 'ArticlePublished'];
const afterSpending = after(['LlmCallRecorded', 'BenefitEarned', 'CallsRepriced'], 500);

type Counted = Answer<Pick<EventCounts, 'types'>>;

const Now = () => <Figures counts={useDayCounts(types, hours)} />;

const Past = () => {
  const then = momentTime.value;
  const scope = then === null ? null : { since: hoursBefore(then, hours), types: types.join(',') };
  return <Figures counts={useScope<EventCounts>('/v1/events/counts', scope)} />;
};

/** What the last day brought: counts of events, and the money of today. */
export const ExecutionFigures = () => (asOf.value === null ? <Now /> : <Past />);

const Figures = ({ counts }: { readonly counts: Counted }) => {
  const now = momentTime.value;
  const since = now === null ? null : hoursBefore(now, hours);
  const today = now?.slice(0, 10);
  const money = useRows<RoiTotalsRow>(
    'roi-totals',
    today === undefined ? null : { groupBy: 'day', day: today },
    afterSpending,
  );
  const events = (names: readonly string[]): string =>
    link('events', null, { types: names.join(','), ...(since === null ? {} : { since }) });
  const roiToday = link('roi', null, { from: today, to: today });
  return (
    <section aria-label={`Last ${String(hours)} hours`}>
      <Answered answer={counts} lines={2}>
        {(found) => {
          const { started, completed, failed, stopped, published, ended } = outcomesOf(found.types);
          const isOver = ended > 0 && failed / ended > toleratedErrors;
          const told = moneyTold(money);
          return (
            <div class="figures">
              <Figure
                label="Started, 24 h"
                value={count(started)}
                note="executions"
                href={events(['ExecutionStarted'])}
              />
              <Figure
                label="Completed, 24 h"
                value={count(completed)}
                note={`${plural(published, 'article')} published`}
                href={events(['ExecutionCompleted'])}
              />
              <Figure
                label="Failed, 24 h"
                value={count(failed)}
                note={`timed out included; ${count(stopped)} stopped`}
                href={events(['ExecutionFailed', 'ExecutionTimedOut'])}
              />
              <Figure
                label="Error rate, 24 h"
                value={percent(failed, ended)}
                note="5 % is tolerated"
                tone={isOver ? 'bad' : 'plain'}
                href={events(endTypes)}
              />
              <Figure
                label="Model cost today"
                value={told.cost}
                note={told.calls}
                href={roiToday}
              />
              <Figure
                label="Human hours today"
                value={told.hours}
                unit="h"
                note={told.worth}
                href={roiToday}
              />
              <Figure
                label="Multiplier today"
                value={told.multiplier}
                note="human cost by model cost"
                href={roiToday}
              />
            </div>
          );
        }}
      </Answered>
    </section>
  );
};
