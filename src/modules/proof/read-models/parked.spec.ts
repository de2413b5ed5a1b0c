import { Parked } from './parked';

test('a stream with many parked events is one sentence, with the first cause', () => {
  const rows = Array.from({ length: 50_000 }, (_, index) => ({
    position: String(index + 1),
    stream: 'execution-1',
    version: index + 1,
    type: 'HeartbeatReceived',
    cause: index === 1 ? 'poison' : null,
    skipped: false,
  }));
  expect(new Parked(undefined, rows).faults()).toEqual([
    '50000 events are parked of execution-1, from 2 on: poison',
  ]);
});
