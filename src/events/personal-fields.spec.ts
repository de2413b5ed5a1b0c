import { z } from 'zod';
import { fixtureOf } from '../../test/harness/event-fixtures';
import { eventSchemas } from './index';
import type { EventType } from './index';
import { personal, personalFieldsOf } from './personal';
import { personalFields, personalValuesOf, withValue } from './personal-fields';
import { revealed, sealedForm } from './sealed-value';
import type { Sealed } from './sealed-value';

const dataOf = (type: string): Record<string, unknown> =>
  fixtureOf(type).data as Record<string, unknown>;

test('what is personal, and whose, is what it was decided to be', () => {
  const declared = [...personalFields].flatMap(([type, fields]) =>
    fields.map(({ path, subject }) => `${type}.${path.join('.')} of ${subject.join('.')}`),
  );
  expect(declared).toEqual([
    'ExecutionQueued.topic of subject',
    'ExecutionStarted.topic of subject',
    'LlmCallRecorded.metadata of subject',
    'DeploymentPlanned.notes of plannedBy',
    'DeploymentSignedOff.comment of by',
    'SignOffWithdrawn.reason of by',
    'OverrideRequested.reason of by',
    'DeploymentDecided.reason of by',
    'DeploymentDecided.override.reason of override.requestedBy',
  ]);
});

test('no field is said to be personal where it would not be found', () => {
  for (const [type, schema] of Object.entries(eventSchemas)) {
    const said = JSON.stringify(z.toJSONSchema(schema)).split('"x-personal-of"').length - 1;
    expect({ type, said }).toEqual({ type, said: personalFields.get(type)?.length ?? 0 });
  }
});

const fields = [...personalFields].flatMap(([type, all]) =>
  all.map((field) => ({ type: type as EventType, field: field.path.join('.'), ...field })),
);

test.each(fields)(
  '$type.$field is of its schema, sealed or forgotten',
  ({ type, path, subject }) => {
    const whole = subject.reduce((data, _, index) => {
      const upTo = subject.slice(0, index + 1);
      const isLast = index === subject.length - 1;
      return withValue(data, upTo, isLast ? 'ann' : { missing: [] }) as Record<string, unknown>;
    }, dataOf(type));
    const value = type === 'LlmCallRecorded' ? { prompt: 'v3' } : 'well done';
    const data = withValue(whole, path, value);
    expect(eventSchemas[type].parse(data)).toEqual(data);
    expect(personalValuesOf(type, data)).toContainEqual({ path, subject: 'ann', value });

    const sealed: Sealed = {
      key: { subject: 'ann', generation: 0 },
      place: `${type}.${path.join('.')}`,
      ciphertext: 'AAAA',
    };
    const recorded = withValue(data, path, sealedForm(value, sealed));
    expect(eventSchemas[type].parse(recorded)).toEqual(recorded);
    const forgotten = revealed(recorded, () => ({ kind: 'forgotten' }));
    expect(forgotten).not.toEqual(recorded);
    expect(eventSchemas[type].parse(forgotten)).toEqual(forgotten);
    expect(revealed(recorded, () => ({ kind: 'plain', value }))).toEqual(data);
  },
);

test('nothing is personal of nobody, and nothing that says nothing', () => {
  const call = dataOf('LlmCallRecorded');
  expect(personalValuesOf('LlmCallRecorded', { ...call, metadata: { a: 1 } })).toEqual([]);
  expect(
    personalValuesOf('LlmCallRecorded', { ...call, metadata: {}, subject: 'reader-9' }),
  ).toEqual([]);
  const started = dataOf('ExecutionStarted');
  expect(
    personalValuesOf('ExecutionStarted', { ...started, topic: null, subject: 'reader-9' }),
  ).toEqual([]);
  expect(personalValuesOf('StageStarted', dataOf('StageStarted'))).toEqual([]);
});

test('fields are found in objects within, and the person beside them', () => {
  const inner = z.object({ said: personal(z.string().nullable(), 'by'), by: z.string() });
  const schema = z.object({ inner: inner.nullable(), other: z.string() });
  const path = ['inner', 'said'];
  expect(personalFieldsOf(schema)).toEqual([{ path, subject: ['inner', 'by'] }]);
});

test('a value is put into a copy', () => {
  const data = { a: { b: 1, c: 2 } };
  expect(withValue(data, ['a', 'b'], 7)).toEqual({ a: { b: 7, c: 2 } });
  expect(data).toEqual({ a: { b: 1, c: 2 } });
});
