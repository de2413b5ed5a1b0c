import { z } from 'zod';
import type { ApiClient } from '../cli/api-client';
import type { Usage } from './usage';

const amount = z.coerce.bigint();

const row = z.object({
  day: z.string(),
  model: z.string(),
  calls: amount,
  unpricedCalls: amount,
  inputTokens: amount,
  outputTokens: amount,
  costNanoUsd: amount,
  sunkNanoUsd: amount,
});

const standings = z.object({
  projections: z.array(
    z.object({
      name: z.string(),
      position: z.string(),
      lag: z.object({ events: z.number() }),
    }),
  ),
});

/** What the ledger has of a span of days, and up to which position. */
export interface LedgerUsage {
  readonly position: string;
  readonly usage: readonly Usage[];
}

const projection = 'roi-totals';

const dayAfter = (day: string): string =>
  new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

/** The end of the ledger as it is now. */
const endOf = async (client: ApiClient): Promise<string> => {
  const { projections } = await client.get('/v1/projections', {}, standings);
  const totals = projections.find(({ name }) => name === projection);
  return totals === undefined ? '0' : String(BigInt(totals.position) + BigInt(totals.lag.events));
};

/**
 * Model calls of the days `first` to `last` by day and model, with all that is recorded by now.
 *
 * @throws Refused, Unreachable
 */
export const readLedgerUsage = async (
  client: ApiClient,
  first: string,
  last: string,
): Promise<LedgerUsage> => {
  const position = await endOf(client);
  const span = { from: first, to: dayAfter(last), minPosition: position };
  const query = { ...span, groupBy: 'day,model' };
  const usage: Usage[] = [];
  for await (const sums of client.rows(`/v1/projections/${projection}`, query, row)) {
    const { day, model, unpricedCalls, sunkNanoUsd, ...figures } = sums;
    const tokens = figures.inputTokens + figures.outputTokens;
    usage.push({ day, model, unpricedCalls, sunkNanoUsd, figures: { ...figures, tokens } });
  }
  return { position, usage };
};
