import type { RoiTotalsRow } from '../../api/rows';
import { count, decimal, exactUsd, times, usd, usdOfNano } from '../../format/numbers';
import { Figure } from '../../parts/figure';
import { firstOf } from '../../format/times';
import { link } from '../../routing/route';
import { sumOfRows } from './sum-of-rows';
import { dayAfter } from '../../time/days';

interface Properties {
  readonly rows: readonly RoiTotalsRow[];
  /** The first and the last of the days. */
  readonly from: string;
  readonly to: string;
}

/** What all the days come to. */
export const RoiFigures = ({ rows, from, to }: Properties) => {
  const sum = sumOfRows(rows);
  const difference = usdOfNano(sum.repricedNanoUsd) - usdOfNano(sum.costNanoUsd);
  const scope = { since: firstOf(from), until: firstOf(dayAfter(to)) };
  const events = (types: string): string => link('events', null, { types, ...scope });
  const calls = events('LlmCallRecorded');
  // What calls of these days cost anew is found later, often behind their end.
  const repricings = link('events', null, { types: 'CallsRepriced', since: scope.since });
  return (
    <div class="figures">
      <Figure
        label="Cost as billed"
        value={usd(usdOfNano(sum.costNanoUsd))}
        unit="USD"
        title={exactUsd(sum.costNanoUsd)}
        href={calls}
      />
      <Figure
        label="Cost as repriced"
        value={usd(usdOfNano(sum.repricedNanoUsd))}
        unit="USD"
        title={exactUsd(sum.repricedNanoUsd)}
        note={difference === 0 ? 'as billed' : `${difference > 0 ? '+' : ''}${usd(difference)}`}
        href={repricings}
      />
      <Figure
        label="Human hours"
        value={decimal(sum.humanHours)}
        unit="h"
        note={`worth ${usd(sum.humanCostUsd)}`}
        href={events('BenefitEarned')}
      />
      <Figure
        label="Multiplier"
        value={times(sum.multiplier)}
        note="human cost by model cost"
        href={events('LlmCallRecorded,BenefitEarned')}
      />
      <Figure label="Calls" value={count(sum.calls)} href={calls} />
      <Figure
        label="Calls without a price"
        value={count(sum.unpricedCalls)}
        tone={sum.unpricedCalls === 0n ? 'plain' : 'warn'}
        note={
          sum.unpricedCalls === 0n
            ? 'every call has one'
            : 'they count as $0; set-price and reprice-calls mend it'
        }
        href={calls}
      />
    </div>
  );
};
