import { stagesOf } from './stages';

const at = (status: string, traffic = 0, liveAt: string | null = null): string | undefined => {
  const stages = stagesOf({ status, traffic, liveAt });
  return stages.steps[stages.at];
};

test('every state before live has its place on the line', () => {
  const states = ['draft', 'validating', 'awaiting_sign_off', 'go', 'staging'];
  expect(states.map((state) => at(state))).toEqual([
    'draft',
    'validating',
    'awaiting sign off',
    'go',
    'staging',
  ]);
  expect([at('analysing', 50), at('promoting', 100)]).toEqual(['50 %', '100 %']);
});

test('what is live has all of it behind it; what comes after that is one step more', () => {
  const live = stagesOf({ status: 'live', traffic: 100, liveAt: '2026-01-08T22:00:00Z' });
  expect(live.at).toBe(live.steps.length);
  expect(at('rolled_back', 100, '2026-01-08T22:00:00Z')).toBe('rolled back');
  expect(at('superseded', 100, '2026-01-08T22:00:00Z')).toBe('superseded');
});

test('a NO-GO, an abortion and a rollback that failed are where it does not go on', () => {
  const stuck = (status: string, traffic: number) => stagesOf({ status, traffic, liveAt: null });
  expect([at('no_go'), stuck('no_go', 0).isStuck]).toEqual(['no go', true]);
  expect([at('aborted', 50), stuck('aborted', 50).isStuck]).toEqual(['aborted', true]);
  expect(stuck('rollback_failed', 100).isStuck).toBe(true);
  expect(stuck('rolling_back', 100).isStuck).toBe(false);
});
