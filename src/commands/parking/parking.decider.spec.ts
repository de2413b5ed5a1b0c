import { rulesOf } from '../../../test/harness/given-when-then';
import type { ParkingCommand } from './parking.commands';
import { parking } from './parking.decider';

const at = { projection: 'roi-totals', stream: 'execution-7' };
const retry: ParkingCommand = { type: 'RetryParked', ...at };
const skip: ParkingCommand = { type: 'SkipParked', ...at, reason: 'a test call' };

test('a parked stream is tried again', () => {
  rulesOf(parking, { unapplied: ['12', '15'] })
    .given()
    .when(retry)
    .then({ type: 'ParkedStreamRetried', data: at });
});

test('what cannot be applied is left out, each event by its position', () => {
  rulesOf(parking, { unapplied: ['12', '15'] })
    .given()
    .when(skip)
    .then({
      type: 'ParkedEventsSkipped',
      data: { ...at, positions: ['12', '15'], reason: 'a test call' },
    });
});

test.each([retry, skip])('where nothing is parked there is nothing to do: $type', (command) => {
  rulesOf(parking, { unapplied: [] })
    .given()
    .when(command)
    .refused('nothing-parked', /roi-totals has no parked events of execution-7/);
});
