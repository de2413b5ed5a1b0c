import { momentOf } from '../reading/moment';
import { countOf, nanoUsdFrom } from './exact-amount';
import type { Amount } from './exact-amount';
import type { Figures, Measure, Usage } from './usage';
import type { UsageColumns } from './usage-columns';

/** Seconds since 1970, as some exports have them. */
const epoch = /^\d{10}$/;

/** The UTC day of a date or time; a time without a zone is one of UTC. Undefined for anything else. */
const dayOf = (text: string): string | undefined => {
  if (epoch.test(text)) return new Date(Number(text) * 1_000).toISOString().slice(0, 10);
  const iso = text.replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T').replace(/ ?(UTC|GMT)$/, 'Z');
  return (momentOf(iso) ?? momentOf(`${iso}Z`))?.slice(0, 10);
};

/** Tells what is wrong in the cell at a place of the row. */
export type Report = (place: number, message: string) => void;

const figuresOf = (cells: readonly string[], columns: UsageColumns, report: Report): Figures => {
  const figures: Partial<Record<Measure, bigint>> = {};
  const add = (measure: Measure, place: number | null, read: (text: string) => Amount): void => {
    if (place === null) return;
    const amount = read(cells[place] ?? '');
    if ('fault' in amount) report(place, amount.fault);
    else figures[measure] = (figures[measure] ?? 0n) + amount.value;
  };
  add('calls', columns.calls, countOf);
  for (const place of columns.inputTokens) add('inputTokens', place, countOf);
  add('outputTokens', columns.outputTokens, countOf);
  add('tokens', columns.tokens, countOf);
  add('costNanoUsd', columns.cost, nanoUsdFrom);
  return figures;
};

/** What one row tells; whatever is wrong with it is reported, and the row then of no use. */
export const usageOf = (cells: readonly string[], columns: UsageColumns, report: Report): Usage => {
  const date = cells[columns.date] ?? '';
  const day = dayOf(date);
  if (day === undefined) {
    const expected = 'is not a date: write 2026-01-31, or an ISO 8601 time';
    report(columns.date, `${expected} (${JSON.stringify(date.slice(0, 40))})`);
  }
  const model = cells[columns.model] ?? '';
  if (model === '') report(columns.model, 'is empty');
  const currency = columns.currency === null ? 'usd' : cells[columns.currency];
  if (columns.cost !== null && currency?.toLowerCase() !== 'usd') {
    report(columns.currency ?? 0, `is not USD (${JSON.stringify(currency)})`);
  }
  const figures = figuresOf(cells, columns, report);
  return { day: day ?? '', model, figures, unpricedCalls: 0n, sunkNanoUsd: 0n };
};
