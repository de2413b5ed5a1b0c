import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { DomainEvent } from '../../events';
import { isSealed, revealed, sealedIn } from '../../events/sealed-value';
import type { KeyName, Sealed } from '../../events/sealed-value';
import { openedValue, sealedEvent, subjectsOf } from './sealing';

const secret = randomBytes(32);
const keyOf = (subject: string): KeyName & { readonly secret: Buffer } => ({
  subject,
  generation: 2,
  secret,
});

const stream = 'deployment-d7';
const signedOff = (comment: string | null): DomainEvent => ({
  type: 'DeploymentSignedOff',
  data: { role: 'quality', verdict: 'approved', contentHash: 'h', comment, by: 'ann' },
});
const called = (metadata: Record<string, unknown>, subject?: string): DomainEvent =>
  ({
    type: 'LlmCallRecorded',
    data: { agent: 'writer', metadata, subject },
  }) as unknown as DomainEvent;

const opened = (value: unknown, within: string, key = secret): unknown =>
  revealed(value, (sealed) => {
    const found = openedValue(within, sealed, key);
    return found === undefined ? { kind: 'kept' } : { kind: 'plain', value: found.value };
  });

const sealedOf = (event: DomainEvent): Sealed => {
  const [sealed] = sealedIn(event.data);
  if (sealed === undefined) throw new Error('nothing is sealed');
  return sealed;
};

test('whatever is sealed and opened is what it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (comment) => {
      const event = signedOff(comment);
      const recorded = sealedEvent(stream, event, keyOf);
      expect(JSON.stringify(recorded)).not.toContain(`"comment":${JSON.stringify(comment)}`);
      const stored = JSON.parse(JSON.stringify(recorded.data)) as unknown;
      expect(opened(stored, stream)).toEqual(JSON.parse(JSON.stringify(event.data)));
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (metadata) => {
      const json = JSON.parse(JSON.stringify(metadata)) as Record<string, unknown>;
      const recorded = sealedEvent(stream, called(json, 'reader-9'), keyOf);
      const stored = JSON.parse(JSON.stringify(recorded.data)) as unknown;
      expect(opened(stored, stream)).toMatchObject({ agent: 'writer' });
      expect((opened(stored, stream) as { metadata: unknown }).metadata).toEqual(json);
    }),
  );
});

test('the same text is never sealed the same', () => {
  const [one, other] = [1, 2].map(() => sealedOf(sealedEvent(stream, signedOff('same'), keyOf)));
  expect(one?.ciphertext).not.toBe(other?.ciphertext);
  expect(one?.key).toEqual({ subject: 'ann', generation: 2 });
});

test('it takes a key only where something is personal of somebody', () => {
  expect(subjectsOf(signedOff('well done'))).toEqual(['ann']);
  expect(subjectsOf(signedOff(null))).toEqual([]);
  expect(subjectsOf(called({ a: 1 }))).toEqual([]);
  expect(subjectsOf(called({}, 'reader-9'))).toEqual([]);
  expect(subjectsOf(called({ a: 1 }, 'reader-9'))).toEqual(['reader-9']);
});

test('an event without anything personal is recorded as it is', () => {
  const event = called({ a: 1 });
  expect(sealedEvent(stream, event, keyOf)).toBe(event);
});

test('what is sealed already stays so, and needs no key', () => {
  const recorded = sealedEvent(stream, signedOff('well done'), keyOf);
  expect(subjectsOf(recorded)).toEqual([]);
  expect(sealedEvent(stream, recorded, keyOf)).toBe(recorded);
});

test('a text that only begins as if it were sealed is sealed', () => {
  const [{ comment }] = [sealedEvent(stream, signedOff('x'), keyOf).data as { comment: string }];
  const event = signedOff(`${comment} and a secret`);
  const recorded = sealedEvent(stream, event, keyOf);
  expect(isSealed((recorded.data as { comment: string }).comment)).toBe(true);
  expect(JSON.stringify(recorded)).not.toContain('and a secret');
});

describe('what is sealed does not open', () => {
  const sealed = sealedOf(sealedEvent(stream, signedOff('well done'), keyOf));
  const changed = (change: Partial<Sealed>): Sealed => ({ ...sealed, ...change });
  const tampered = Buffer.from(sealed.ciphertext, 'base64url');
  tampered[15] = (tampered[15] ?? 0) ^ 1;

  test.each([
    ['in another stream', sealed, 'deployment-d8', secret],
    ['as another field', changed({ place: 'DeploymentSignedOff.role' }), stream, secret],
    ['as of somebody else', changed({ key: { subject: 'bob', generation: 2 } }), stream, secret],
    ['by another key', sealed, stream, randomBytes(32)],
    [
      'once a bit is changed',
      changed({ ciphertext: tampered.toString('base64url') }),
      stream,
      secret,
    ],
    ['where it is cut', changed({ ciphertext: sealed.ciphertext.slice(0, 20) }), stream, secret],
  ])('%s', (_, one, within, key) => {
    expect(openedValue(within, one, key)).toBeUndefined();
    expect(openedValue(stream, sealed, secret)).toEqual({ value: 'well done' });
  });
});
