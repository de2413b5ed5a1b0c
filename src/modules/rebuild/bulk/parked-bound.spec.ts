import type { StoredEvent } from '../../../events/event-metadata';
import { projections } from '../../../projections';
import { ParkingLot } from '../../../projections/parking-lot';
import { isHopeless } from '../hopeless';
import { ParkedBound } from './parked-bound';

const nothing = { fold: () => undefined, passOver: () => undefined, sink: () => undefined };

const lotOf = (name: string): ParkingLot =>
  new ParkingLot(
    projections.find((one) => one.name === name)!,
    nothing,
  );

const place = {
  eventId: '',
  schemaVersion: 1,
  deploymentId: 'd',
  correlationId: 'c',
  causationId: null,
  actor: 'a',
  occurredAt: '2026-01-08T22:32:15.550791Z',
  recordedAt: '2026-01-08T22:32:15.550791Z',
};

/** Of a type that nobody knows, so no projection of sums can apply it. */
const unknown = (position: bigint): StoredEvent => ({
  ...place,
  position,
  stream: 'thing-1',
  version: Number(position),
  type: 'NeverHeardOf',
  data: {},
});

const retried = (projection: string): StoredEvent => ({
  ...place,
  position: 9n,
  stream: `parking-${projection}`,
  version: 1,
  type: 'ParkedStreamRetried',
  data: { projection, stream: 'thing-1' },
});

const faultOf = (bound: ParkedBound): unknown => {
  try {
    bound.check();
    return null;
  } catch (error) {
    return error;
  }
};

test('a pass goes on with as many parked events as it may keep, and with one more ends for good', () => {
  const lots = [lotOf('execution-status'), lotOf('roi-totals')];
  const bound = new ParkedBound(lots, 2);
  for (const position of [1n, 2n]) for (const lot of lots) lot.take(unknown(position));
  expect(faultOf(bound)).toBeNull();
  lots[1]?.take(retried('roi-totals')); // tried again in vain, they are no more than before
  expect(faultOf(bound)).toBeNull();
  lots[1]?.take(unknown(3n));
  const fault = faultOf(bound);
  expect(isHopeless(fault)).toBe(true);
  expect((fault as Error).message).toMatch(
    /^more than 2 events cannot be applied, 3 of them to roi-totals, such as 1 of thing-1: .*NeverHeardOf/,
  );
});
