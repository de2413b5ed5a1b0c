import { address } from '../../api/address';
import type { Schema } from '../../api/contract';
import { useAnswer } from '../../api/use-answer';
import { bytes, count, plural } from '../../format/numbers';
import { duration } from '../../format/durations';
import { Answered } from '../../parts/answered';
import { Figure } from '../../parts/figure';

/** What a rebuild would take, before anything is written. */
export const PlanView = ({ projections }: { readonly projections: readonly string[] }) => {
  const path = address('/v1/rebuilds/plan', { projections: projections.join(',') });
  return (
    <Answered answer={useAnswer<Schema<'RebuildPlan'>>(path)} lines={2}>
      {(plan) => (
        <div class="figures" role="group" aria-label="Plan">
          <Figure label="Events to read" value={count(plan.events)} />
          <Figure
            label="Takes at least"
            value={duration(plan.secondsAtLeast * 1_000)}
            note={`${plural(plan.ratePerSecond, 'event')} a second, ${plan.rateIs}`}
          />
          <Figure label="On disk" value={bytes(plan.bytes)} note="as much as the live ones" />
          {plan.cutover !== null && (
            <Figure
              label="Readers wait at cutover"
              value={duration(plan.cutover.lockMilliseconds)}
              note="at most, in one attempt"
            />
          )}
        </div>
      )}
    </Answered>
  );
};
