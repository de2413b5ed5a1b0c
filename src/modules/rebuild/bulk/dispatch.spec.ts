import type { StoredEvent } from '../../../events/event-metadata';
import { projections } from '../../../projections';
import { ParkingLot, concerns, orderTypes } from '../../../projections/parking-lot';
import { Dispatch } from './dispatch';

const storedEvent = (type: string, stream: string): StoredEvent => ({
  position: 1n,
  stream,
  version: 1,
  type,
  schemaVersion: 1,
  data: {},
  eventId: 'e',
  deploymentId: 'd',
  correlationId: 'c',
  causationId: null,
  actor: 'a',
  occurredAt: '2026-01-08T22:00:00.000000Z',
  recordedAt: '2026-01-08T22:00:00.000000Z',
});

const nothing = { fold: () => undefined, passOver: () => undefined, sink: () => undefined };

/** The projections whose lots are offered an event, when all of them are there. */
const offered = (event: StoredEvent): string[] => {
  const names: string[] = [];
  const lots = projections.map((projection) => {
    const lot = new ParkingLot(projection, nothing);
    jest.spyOn(lot, 'take').mockImplementation(() => void names.push(projection.name));
    return lot;
  });
  new Dispatch(lots).take(event);
  return names.sort();
};

describe('an event of a pass', () => {
  test.each([
    ['LlmCallRecorded', 'execution-one'],
    ['QualityScored', 'execution-one'],
    ['DeploymentPlanned', 'deployment-d2'],
    ['StyleMemoryQueried', 'style-query-one'],
    ['PriceSet', 'price-book'],
    ['OfNewerCode', 'execution-one'],
    ['OfNewerCode', 'executions-one'],
  ])('%s of %s is offered to whom it concerns, and to no other', (type, stream) => {
    const event = storedEvent(type, stream);
    const concerned = projections.filter((projection) => concerns(projection, event));
    expect(offered(event)).toEqual(concerned.map(({ name }) => name).sort());
  });

  test.each(orderTypes)('%s is offered to all: it may be about any of them', (type) => {
    const all = projections.map(({ name }) => name).sort();
    expect(offered(storedEvent(type, 'parked-roi-totals'))).toEqual(all);
  });

  test('of a type that was met before is offered to the same', () => {
    const lot = new ParkingLot(projections[0]!, nothing);
    const take = jest.spyOn(lot, 'take').mockImplementation(() => undefined);
    const dispatch = new Dispatch([lot]);
    for (const stream of ['execution-one', 'execution-two', 'deployment-d2']) {
      dispatch.take(storedEvent('HeartbeatReceived', stream));
    }
    expect(take).toHaveBeenCalledTimes(2);
  });
});
