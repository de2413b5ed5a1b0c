import { libraryPrices } from './library-prices';

/** A command with the key that lets it be issued by several processes at once, and count once. */
export interface FirstFact {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string;
}

const effectiveFrom = '2015-01-01';
const source = 'Flowledger defaults';
const hourlyUsd = 75;
const hoursByAgent = { research: 2, writer: 3, editor: 1, graphics: 0.5, other: 1 };

/** What the price book begins with: the library's prices, hours by agent, and an hourly rate. */
export const firstFacts = (): FirstFact[] => [
  ...libraryPrices().map((list) => ({
    name: 'import-prices',
    body: { ...list },
    key: `first-prices:${list.provider}`,
  })),
  ...Object.entries(hoursByAgent).map(([agent, hours]) => ({
    name: 'set-benchmark',
    body: { agent, hours, effectiveFrom, source },
    key: `first-benchmark:${agent}`,
  })),
  {
    name: 'set-hourly-rate',
    body: { usd: hourlyUsd, effectiveFrom, source },
    key: 'first-hourly-rate',
  },
];
