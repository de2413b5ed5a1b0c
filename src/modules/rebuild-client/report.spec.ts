import type { RebuildPlan } from '../rebuild/rebuild.schemas';
import { planText } from './report';

const plan: RebuildPlan = {
  projections: [{ projection: 'roi-totals', version: 3, live: 'roi_totals_v3_1', bytes: 1_000 }],
  ...{ fromPosition: '1', toPosition: '20000', events: 20_000, types: {} },
  ...{ ratePerSecond: 20_000, rateIs: 'assumed', secondsAtLeast: 1 },
  ...{ bytes: 1_000, cutover: null, dropped: [] },
};

test.each([
  [null, '1.0 s at 20,000 events/s (assumed)'],
  [500, '40.0 s at 500 events/s (asked for)'],
  [50_000, '1.0 s at 20,000 events/s (assumed)'],
])('the time of a rebuild at %p events a second at most', (atMost, time) => {
  expect(planText(plan, atMost)).toContain(`  time     ${time}\n`);
});
