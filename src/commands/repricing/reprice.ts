import type { EventsOf, RecordedEvent } from '../../events';
import type { executionEventSchemas } from '../../events/execution.events';
import { lookup } from '../pricebook/model-lookup';
import { computedCost } from '../pricebook/pricing';
import type { PriceBook } from '../pricebook/pricebook.state';

type CallsRepriced = Extract<EventsOf<typeof executionEventSchemas>, { type: 'CallsRepriced' }>;
export type RepricedCall = CallsRepriced['data']['calls'][number];

/** Which calls are priced anew. */
export interface RepricingScope {
  /** ISO 8601 UTC; included. */
  readonly from: string;
  /** Not included. */
  readonly to: string;
  readonly model: string | null;
}

/** What a repricing comes to for one execution. */
export interface Repriced {
  /** Calls within the scope. */
  readonly calls: number;
  readonly reported: number;
  readonly unpriced: number;
  /** Those whose price changes. */
  readonly changed: readonly RepricedCall[];
  /** Those that this run has changed before it was interrupted. */
  readonly done: readonly RepricedCall[];
}

type Call = RecordedEvent<'LlmCallRecorded'>;

/** Names that mean the same model to the book. */
const namesOf = (book: PriceBook, model: string): ReadonlySet<string> =>
  new Set([
    model.toLowerCase(),
    ...lookup(book, model).flatMap((all) => all.map((one) => one.model)),
  ]);

const isSameModel = (book: PriceBook, left: string, right: string): boolean => {
  const names = namesOf(book, left);
  return [...namesOf(book, right)].some((name) => names.has(name));
};

const isWithin = (book: PriceBook, { from, to, model }: RepricingScope, call: Call): boolean => {
  const at = Date.parse(call.occurredAt);
  if (at < Date.parse(from) || at >= Date.parse(to)) return false;
  return model === null || isSameModel(book, call.data.model, model);
};

/**
 * Prices the calls of one execution anew, from its calls and its earlier repricings in order. A
 * reported cost is what was paid, and stays. `run` is the id under which the changes are recorded.
 */
export const reprice = (
  book: PriceBook,
  scope: RepricingScope,
  history: readonly RecordedEvent[],
  run: string | null = null,
): Repriced => {
  const calls: Call[] = [];
  const latest = new Map<string, string>();
  const done: RepricedCall[] = [];
  for (const event of history) {
    if (event.type === 'LlmCallRecorded' && isWithin(book, scope, event)) calls.push(event);
    if (event.type !== 'CallsRepriced') continue;
    if (event.data.repricing === run) done.push(...event.data.calls);
    for (const { call, nanoUsd } of event.data.calls) latest.set(call, nanoUsd);
  }
  const changed: RepricedCall[] = [];
  let [reported, unpriced] = [0, 0];
  for (const { eventId, data, occurredAt, deploymentId } of calls) {
    const { agent, model, cost } = data;
    if (cost.source === 'reported') {
      reported += 1;
      continue;
    }
    const computed = computedCost(book, model, data, occurredAt);
    const billed = cost.source === 'computed' ? cost.nanoUsd : null;
    const previousNanoUsd = latest.get(eventId) ?? billed;
    if (computed === null) unpriced += 1;
    else if (computed.nanoUsd !== previousNanoUsd) {
      const call = { call: eventId, agent, model, occurredAt, deploymentId, previousNanoUsd };
      changed.push(Object.assign(call, computed));
    }
  }
  return { calls: calls.length, reported, unpriced, changed, done };
};
