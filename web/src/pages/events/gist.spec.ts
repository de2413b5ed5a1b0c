import type { LedgerEvent } from '../../live/event';
import { gistOf } from './gist';
import { spokenType } from './spoken-type';

const event = (type: string, data: Record<string, unknown>): LedgerEvent => ({
  type,
  data,
  position: '1',
  stream: 's',
  version: 1,
  eventId: 'e',
  schemaVersion: 1,
  deploymentId: 'd',
  correlationId: 'c',
  causationId: null,
  actor: 'a',
  occurredAt: '',
  recordedAt: '',
});

test('a call is told by whom, with what, for how much and how long', () => {
  const call = { agent: 'writer', model: 'gpt-4o', durationMs: 2_500 };
  const cost = { source: 'computed', nanoUsd: '7500000' };
  expect(gistOf(event('LlmCallRecorded', { ...call, cost }))).toBe(
    'writer · gpt-4o · $0.00750 · 2.5 s',
  );
  expect(gistOf(event('LlmCallRecorded', { ...call, cost: { source: 'unpriced' } }))).toBe(
    'writer · gpt-4o · unpriced · 2.5 s',
  );
});

test('what has no reason, or a type that is not known, says nothing rather than something wrong', () => {
  expect(gistOf(event('HeartbeatReceived', { reason: null }))).toBe('');
  expect(gistOf(event('SomethingOfLater', { reason: 'because' }))).toBe('because');
});

test('types are told as words', () => {
  expect(['LlmCallRecorded', 'StageStarted', 'ExecutionTimedOut'].map(spokenType)).toEqual([
    'LLM call recorded',
    'Stage started',
    'Execution timed out',
  ]);
});
