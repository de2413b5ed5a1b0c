import { address } from '../api/address';
import type { Parameters } from '../api/address';
import { useAnswer } from '../api/use-answer';
import type { Answer } from '../api/use-answer';
import type { Freshness } from '../live/freshness';
import { asOf } from '../routing/route';
import { scopeUntil } from './moment';

/** The rows of a read model at the moment that is shown. The past does not change any more. */
export const useRows = <Row>(
  projection: string,
  parameters: Parameters | null,
  freshness: Freshness | null = null,
): Answer<Rows<Row>> => {
  const moment = asOf.value;
  const path =
    parameters === null
      ? null
      : address(`/v1/projections/${projection}`, { ...parameters, asOf: moment });
  return useAnswer(path, moment === null ? freshness : null);
};

/** How many rows of a read model have each value of a column, at the moment that is shown. */
export const useCounts = (
  projection: string,
  by: string,
  freshness: Freshness | null = null,
): Answer<RowCounts> => {
  const moment = asOf.value;
  const path = address(`/v1/counts/${projection}`, { by, asOf: moment });
  return useAnswer(path, moment === null ? freshness : null);
};

export interface RowCounts {
  readonly position: string;
  readonly total: number;
  /** A value that no row has is not named. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface Rows<Row> {
  readonly version: number;
  readonly position: string;
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export interface OneRow<Row> {
  readonly row: Row;
  readonly position: string;
}

/** One row, by its key: an `OneRow`. */
export const useRow = <Found>(
  projection: string,
  key: string,
  freshness: Freshness | null = null,
): Answer<Found> => {
  const moment = asOf.value;
  const path = `/v1/projections/${projection}/${encodeURIComponent(key)}`;
  return useAnswer(address(path, { asOf: moment }), moment === null ? freshness : null);
};

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
