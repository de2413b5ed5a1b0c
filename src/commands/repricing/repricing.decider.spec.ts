import { rulesOf } from '../../../test/harness/given-when-then';
import { emptyBook } from '../pricebook/pricebook.state';
import { repricingCommands } from './repricing.commands';
import type { RepricingCommand } from './repricing.commands';
import { repricing } from './repricing.decider';
import type { RepricingEvent } from './repricing.decider';

const { given, told } = rulesOf(repricing, { book: { ...emptyBook, facts: 41 } });

const id = { repricingId: 'lower-prices' };
const scope = {
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-02-01T00:00:00.000Z',
  reason: 'the list price fell',
};
const ask: RepricingCommand = { type: 'RepriceCalls', ...id, ...scope, dryRun: false };
const cancel: RepricingCommand = { type: 'CancelRepricing', ...id };
const figures = {
  executions: 1,
  calls: 2,
  changed: 1,
  reported: 1,
  unpriced: 0,
  previousNanoUsd: '7',
  repricedNanoUsd: '5',
};
const complete: RepricingCommand = { type: 'CompleteRepricing', ...id, ...figures };
const started: RepricingEvent = {
  type: 'RepricingStarted',
  data: { ...scope, model: null, bookFacts: 41 },
};
const completed: RepricingEvent = { type: 'RepricingCompleted', data: figures };
const cancelled: RepricingEvent = { type: 'RepricingCancelled', data: { reason: null } };

test('a repricing goes by the facts of the price book that were there when it was asked for', () => {
  given().when(ask).then(started);
});

test('a repricing ends once', () => {
  given(started).when(complete).then(completed);
  given(started, completed).when(complete).then();
  given(started).when(cancel).then(cancelled);
  given(started, cancelled).when(cancel).then();
});

test('what has ended is not ended otherwise, and not started again', () => {
  given(started, completed)
    .when(cancel)
    .refused('repricing-ended', /completed/);
  given(started, cancelled)
    .when(complete)
    .refused('repricing-ended', /cancelled/);
  given(started)
    .when(ask)
    .refused('repricing-already-started', /running/);
});

test('every command has its sentences above', () => {
  expect([...told.commands].sort()).toEqual(Object.keys(repricingCommands).sort());
});
