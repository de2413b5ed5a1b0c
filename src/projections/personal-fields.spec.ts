import { fixtureOf } from '../../test/harness/event-fixtures';
import type { EventType, RecordedEvent } from '../events';
import { personalFields, withValue } from '../events/personal-fields';
import { sealedForm } from '../events/sealed-value';
import { projections } from './index';
import type { Totals } from './projection';

/*
 * What is personal becomes another text when it is sealed, and is gone when it is forgotten: no sum, and no
 * key of sums, may be made of it, or rebuilds would not come to the same.
 */
const eventOf = (type: string, change: (data: unknown) => unknown): RecordedEvent => {
  const { data } = fixtureOf(type);
  return {
    position: 7n,
    stream: 'execution-7',
    version: 3,
    eventId: 'e',
    deploymentId: 'd7',
    correlationId: 'c',
    causationId: null,
    actor: 'ann',
    type,
    schemaVersion: 1,
    occurredAt: '2026-01-08T22:32:15.550791Z',
    recordedAt: '2026-01-08T22:32:16.000000Z',
    data: change(data),
  } as RecordedEvent;
};

const cases = projections
  .filter((projection): projection is Totals => projection.kind === 'totals')
  .filter(({ name }) => name !== 'subjects') // it counts what is sealed
  .flatMap((projection) =>
    [...personalFields]
      .filter(([type]) => Object.hasOwn(projection.contributes, type))
      .map(([type, fields]) => ({ name: projection.name, projection, type, fields })),
  );

test('there are sums of events that hold something personal', () => {
  expect(cases.map(({ name, type }) => `${name} of ${type}`)).toContain(
    'roi-totals of LlmCallRecorded',
  );
});

test.each(cases)(
  '$name adds the same whatever is personal in $type',
  ({ projection, type, fields }) => {
    const added = (value: unknown): unknown => {
      const event = eventOf(type, (data) =>
        fields.reduce((before, { path }) => withValue(before, path, value), data),
      );
      const contributes = projection.contributes[type as EventType] as (one: unknown) => unknown;
      const sunk = projection.sunk?.[type as EventType] as ((one: unknown) => unknown) | undefined;
      return [contributes(event), sunk?.(event)];
    };
    const key = { subject: 'ann', generation: 0 };
    const sealed = sealedForm({}, { key, place: `${type}.x`, ciphertext: 'AAAA' });
    expect(added(sealed)).toEqual(added({ prompt: 'v3' }));
    expect(added({ forgotten: true })).toEqual(added({ prompt: 'v3' }));
  },
);
