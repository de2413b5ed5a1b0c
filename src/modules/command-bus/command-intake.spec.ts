import { hash } from 'node:crypto';
import type { CommandBus } from '@nestjs/cqrs';
import type { StandingContext } from '../../commands';
import type { LedgerReader } from '../ledger/ledger-reader';
import type { Metrics } from '../metrics/metrics';
import { CommandIntake } from './command-intake';
import { Companions } from './companions';
import type { IssuedCommand } from './issued-command';

type Kept = IssuedCommand['issuance']['idempotency'];

/** What a command's key is kept with. */
const idempotencyOf = async (name: string, body: object): Promise<Kept | undefined> => {
  const issued: IssuedCommand[] = [];
  const bus = {
    execute: ({ issued: one }: { issued: IssuedCommand }) => {
      issued.push(one);
      return Promise.resolve({ events: [], duplicate: false });
    },
  } as unknown as CommandBus;
  const intake = new CommandIntake(
    bus,
    { commanded: () => undefined } as unknown as Metrics,
    new Companions(),
    {} as unknown as LedgerReader,
    {} as unknown as StandingContext,
  );
  await intake.take({
    name,
    body,
    caller: { name: 'a', role: 'service' },
    idempotencyKey: 'k',
    ifMatch: null,
    deploymentId: null,
    correlationId: 'c',
    causationId: null,
  });
  return issued[0]?.issuance.idempotency;
};

/** SHA-256 that a command's key is kept with. */
const bodyHashOf = async (name: string, body: object): Promise<string | undefined> =>
  (await idempotencyOf(name, body))?.bodyHash;

const sha256 = (text: string): string => hash('sha256', text, 'hex');

test('a key stands for the name, the validated fields in their own order, and the time', async () => {
  const body = { reason: 'x', executionId: 'a', occurredAt: '2026-01-08T22:00:00Z' };
  expect(await bodyHashOf('pause-execution', body)).toBe(
    sha256('["pause-execution",{"executionId":"a","reason":"x"},"2026-01-08T22:00:00Z"]'),
  );
});

test('a key of a start without a flow is the one that it was when that was always the default flow', async () => {
  expect(await bodyHashOf('start-execution', { topic: 'x', executionId: 'a' })).toBe(
    sha256('["start-execution",{"executionId":"a","flow":"content","topic":"x"},null]'),
  );
  expect(await bodyHashOf('start-execution', { flow: 'manual' })).toBe(
    sha256('["start-execution",{"flow":"manual"},null]'),
  );
});

test.each([
  ['record-llm-call', 'metadata', { b: { d: [{ f: 1, e: 2 }], c: null }, a: 1 }],
  ['complete-stage', 'result', [{ b: 1, a: { d: 2, c: 3 } }]],
])('a key of %s stands for its %s with fields in any order', async (name, field, value) => {
  const reversed = (json: unknown): unknown => {
    if (Array.isArray(json)) return json.map(reversed);
    if (typeof json !== 'object' || json === null) return json;
    const fields = Object.entries(json).map(([key, inner]) => [key, reversed(inner)] as const);
    return Object.fromEntries(fields.reverse());
  };
  const call = { agent: 'a', model: 'm', inputTokens: 1, outputTokens: 1, durationSeconds: 1 };
  const others = name === 'complete-stage' ? { stage: 's' } : call;
  const body = { executionId: 'x', ...others, [field]: value };
  const turned = { ...body, [field]: reversed(value) };
  const [kept, again] = [await idempotencyOf(name, body), await idempotencyOf(name, turned)];
  expect(again?.bodyHash).toBe(kept?.bodyHash);
  expect(again?.formerHash?.()).not.toBe(kept?.formerHash?.());
});

test('a key that was kept when the order of those fields counted is known by what was sent', async () => {
  const body = { executionId: 'x', stage: 's', result: { b: 1, a: 2 } };
  expect((await idempotencyOf('complete-stage', body))?.formerHash?.()).toBe(
    sha256('["complete-stage",{"executionId":"x","stage":"s","result":{"b":1,"a":2}},null]'),
  );
});
