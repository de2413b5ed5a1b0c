import { count, counted, duration, usd } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import type { ImportResult } from './import-result';
import { isoOf } from './legacy-time';
import { returnOnInvestment } from './report-return';
import { ownIds, ownTotals, takenOver } from './report-file';
import { malformedEntries, readModels, refusals } from './report-trouble';
import { commandsIn, tokensOf } from './tally';
import type { Tally } from './tally';

const heading = ({ file, log, read, timeZone }: ImportResult, { strong }: Palette): string => {
  const days = log.entries.map(({ startedAt }) => isoOf(startedAt).slice(0, 10)).sort();
  const [first, last] = [days[0] ?? '', days.at(-1) ?? ''];
  const span = first === last ? first : `${first} to ${last}`;
  const what = `${counted(read.executions, 'execution')}, ${counted(read.calls, 'model call')}`;
  const when = days.length === 0 ? '' : `, ${span} (times read as ${timeZone})`;
  return `${strong(file)}\n  ${what}${when}\n`;
};

type Figure = readonly [string, (tally: Tally) => string];

const figuresOf = ({ waiting, unpricedCalls }: Tally): readonly Figure[] => [
  ['executions', ({ executions }) => count(executions)],
  ['  ended', ({ ended }) => count(ended)],
  ...(waiting === 0 ? [] : [['  without an end', (tally: Tally) => count(tally.waiting)] as const]),
  ['model calls', ({ calls }) => count(calls)],
  ...(unpricedCalls === 0
    ? []
    : [['  without a cost', (tally: Tally) => count(tally.unpricedCalls)] as const]),
  ['input tokens', ({ inputTokens }) => count(inputTokens)],
  ['output tokens', ({ outputTokens }) => count(outputTokens)],
  ['tokens', (tally) => count(tokensOf(tally))],
  ['cost, exact USD', ({ costNanoUsd }) => usd(costNanoUsd)],
];

const sums = ({ read, sent }: ImportResult, { faint }: Palette): string => {
  const tallies = sent === null ? [read] : [read, sent.recorded, sent.alreadyThere, sent.refused];
  const titles = ['in the file', 'recorded now', 'already there', 'refused'];
  const columns = tallies.map((_, at) => ({ title: titles[at] ?? '', align: 'right' }) as const);
  const rows = figuresOf(read).map(([name, show]) => [name, ...tallies.map(show)]);
  return `\n${table([{ title: '' }, ...columns], rows, { heading: faint })}`;
};

const ending = ({ sent, dryRun }: ImportResult, { good, bad, strong }: Palette): string => {
  if (sent === null) {
    return dryRun
      ? `\n${strong('Dry run')}: nothing was sent\n`
      : '\nThere was nothing to import\n';
  }
  const fresh = commandsIn(sent.recorded);
  const known = commandsIn(sent.alreadyThere);
  const took = `in ${duration(sent.milliseconds)}`;
  const again =
    sent.resent === 0
      ? ''
      : `  ${counted(sent.resent, 'command')} had to be sent again, and may count as already there\n`;
  const recorded = `${counted(fresh, 'command')} recorded ${took}`;
  const others = known === 0 ? '' : `, ${count(known)} were there already`;
  if (sent.refusals.length > 0 && fresh === 0) {
    return `\n${strong(bad('Nothing was imported'))}: what is new in the file was refused\n${again}`;
  }
  if (sent.refusals.length > 0) {
    return `\n${strong('Imported in part')}: ${recorded}${others}\n${again}`;
  }
  if (fresh === 0) {
    return `\n${strong(good('Nothing changed'))}: all of it was imported before\n${again}`;
  }
  return `\n${strong(good('Imported'))}: ${recorded}${others}\n${again}`;
};

/** The report of an import for a person, 80 columns wide. */
export const reportText = (result: ImportResult, palette: Palette): string => {
  const trouble = malformedEntries(result, palette);
  if (result.isBarred) return heading(result, palette) + trouble;
  return [
    heading(result, palette),
    trouble,
    sums(result, palette),
    ownTotals(result, palette),
    ownIds(result, palette),
    takenOver(result, palette),
    refusals(result.sent?.refusals ?? [], palette),
    readModels(result, palette),
    returnOnInvestment(result, palette),
    ending(result, palette),
  ].join('');
};
