import { parkingWrites } from './parked';

test('what is parked is written in portions, all of it and in order', () => {
  const positions = Array.from({ length: 12_001 }, (_, index) => BigInt(index + 1));
  const parked = positions.map((position) => ({
    position,
    stream: 'execution-1',
    cause: null,
    isSkipped: false,
  }));
  const writes = [...parkingWrites('roi_totals_v1_1', { parked, gone: positions })];
  const gone = writes.filter(({ text }) => text.includes('delete'));
  const added = writes.filter(({ text }) => text.includes('insert'));
  expect(gone.flatMap(({ values }) => values?.[1] as bigint[])).toEqual(positions);
  const places = added.map(
    ({ values }) => JSON.parse(String(values?.[1])) as { position: string }[],
  );
  expect(places.flat().map(({ position }) => BigInt(position))).toEqual(positions);
  expect([gone.length, added.length]).toEqual([3, 3]);
  expect(writes.indexOf(added[0]!)).toBe(3); // none that is parked anew is taken away
});

test('where nothing has changed nothing is written', () => {
  expect([...parkingWrites('roi_totals_v1_1', { parked: [], gone: [] })]).toEqual([]);
});
