import { rebuildCommands } from './rebuild.commands';

const { StartRebuild, CutOverRebuild } = rebuildCommands;

test('a rebuild is of the whole, goes live by itself and is no dry run where nothing else is said', () => {
  expect(StartRebuild.schema.parse({ projections: ['roi-totals'] })).toEqual({
    projections: ['roi-totals'],
    cutover: 'auto',
    dryRun: false,
    scope: {},
  });
});

test.each([
  [{}, /expected array/],
  [{ projections: [] }, /names no projection/],
  [{ projections: ['roi-totals', 'roi-totals'] }, /names one of them twice/],
  [{ projections: ['roi-totals'], cutover: 'soon' }, /"auto"\|"manual"/],
  [{ projections: ['roi-totals'], maxEventsPerSecond: 0 }, />=1/],
])('%j is refused', (asked, message) => {
  expect(StartRebuild.schema.safeParse(asked).error?.issues[0]?.message).toMatch(message);
});

test('differences are accepted with a reason', () => {
  const asked = { rebuildId: 'r1', accept: ['roi-totals'] };
  expect(CutOverRebuild.schema.safeParse(asked).error?.issues).toMatchObject([
    { path: ['reason'], message: 'is required where differences are accepted' },
  ]);
  expect(CutOverRebuild.schema.safeParse({ ...asked, reason: ' ' }).success).toBe(false);
  expect(CutOverRebuild.schema.safeParse({ ...asked, reason: 'mended' }).success).toBe(true);
  expect(CutOverRebuild.schema.parse({ rebuildId: 'r1' })).toEqual({ rebuildId: 'r1', accept: [] });
});
