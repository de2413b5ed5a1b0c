import { address } from '../api/address';
import type { Parameters } from '../api/address';
import { useAnswer } from '../api/use-answer';
import type { Answer } from '../api/use-answer';
import type { Freshness } from '../live/freshness';
import { asOf } from '../routing/route';
import { scopeUntil } from './moment';

/** An answer as of the moment that is shown. The past does not change any more. */
export const useAsOf = <T>(
  path: string,
  parameters: Parameters | null,
  freshness: Freshness | null = null,
): Answer<T> => {
  const moment = asOf.value;
  const asked = parameters === null ? null : address(path, { ...parameters, asOf: moment });
  return useAnswer(asked, moment === null ? freshness : null);
};

export interface Rows<Row> {
  readonly version: number;
  readonly position: string;
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** The rows of a read model at the moment that is shown. */
export const useRows = <Row>(
  projection: string,
  parameters: Parameters | null,
  freshness: Freshness | null = null,
): Answer<Rows<Row>> => useAsOf(`/v1/projections/${projection}`, parameters, freshness);

interface OneRow<Row> {
  readonly row: Row;
  readonly position: string;
}

/** One row, by its key. */
export const useRow = <Row>(
  projection: string,
  key: string,
  freshness: Freshness | null = null,
): Answer<OneRow<Row>> =>
  useAsOf(`/v1/projections/${projection}/${encodeURIComponent(key)}`, {}, freshness);

/** An answer of the routes of events, up to the moment that is shown. */
export const useScope = <T>(
  path: string,
  parameters: Parameters | null,
  freshness: Freshness | null = null,
): Answer<T> => {
  const moment = asOf.value;
  const scoped =
    parameters === null ? null : address(path, { ...scopeUntil(moment), ...parameters });
  return useAnswer(scoped, moment === null ? freshness : null);
};
