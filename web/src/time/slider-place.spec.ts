import { sliderPlace } from './slider-place';

const now = { draft: null, moment: null, position: null, before: null };
const time = '2026-01-08T10:00:00.000Z';

test('stands at the end for now, and where it is dragged to', () => {
  expect(sliderPlace(now)).toBeNull();
  expect(sliderPlace({ ...now, before: '900' })).toBeNull();
  expect(sliderPlace({ ...now, moment: '900', draft: '120' })).toBe('120');
});

test('stands at a past position before the server has said when that was', () => {
  expect(sliderPlace({ ...now, moment: '900' })).toBe('900');
});

test('does not go to now while it is looked for where a past time lies', () => {
  expect(sliderPlace({ ...now, moment: time, before: '900' })).toBe('900');
  expect(sliderPlace({ ...now, moment: time, position: '850', before: '900' })).toBe('850');
});
