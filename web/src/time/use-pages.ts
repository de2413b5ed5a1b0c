import { useState } from 'preact/hooks';
import { address } from '../api/address';
import type { Parameters } from '../api/address';
import type { Answer } from '../api/use-answer';
import type { Freshness } from '../live/freshness';
import { asOf } from '../routing/route';
import { useRows } from './use-at-moment';
import type { Rows } from './use-at-moment';

export interface Pages<Row> {
  readonly answer: Answer<Rows<Row>>;
  /** From 1. */
  readonly page: number;
  readonly onBack: () => void;
  readonly onNext: (cursor: string) => void;
}

/** The rows of a read model at the moment that is shown, a page at a time: as many as `parameters` say. */
export const usePages = <Row>(
  projection: string,
  parameters: Parameters,
  freshness: Freshness | null = null,
): Pages<Row> => {
  const asked = address('', { ...parameters, asOf: asOf.value });
  // The way from the first page to the one that is shown; to another question it says nothing.
  const [way, setWay] = useState<{ readonly asked: string; readonly cursors: readonly string[] }>({
    asked,
    cursors: [],
  });
  const cursors = way.asked === asked ? way.cursors : [];
  return {
    answer: useRows<Row>(projection, { ...parameters, cursor: cursors.at(-1) }, freshness),
    page: cursors.length + 1,
    onBack: () => {
      setWay({ asked, cursors: cursors.slice(0, -1) });
    },
    onNext: (cursor) => {
      setWay({ asked, cursors: [...cursors, cursor] });
    },
  };
};
