import { count, counted } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import { isRenamed } from './execution-ids';
import type { ImportResult } from './import-result';
import { derivedFields } from './legacy-log.schema';
import { listed, shownAtMost } from './report-trouble';

const columns = [
  { title: 'entry', shrinks: true },
  { title: 'total' },
  { title: 'file', align: 'right' },
  { title: 'its calls', align: 'right' },
  { title: '' },
] as const;

/** The file's own totals against what its calls add up to. */
export const ownTotals = (
  { deviations, log }: ImportResult,
  { bad, strong, faint }: Palette,
): string => {
  const title = strong("The file's own totals");
  if (deviations.length === 0) {
    const scope = log.summary === null ? 'of each execution' : 'of each execution and the summary';
    return `\n${title} agree: those ${scope}\n`;
  }
  const differs = deviations.filter(({ verdict }) => verdict === 'differs');
  const all = counted(deviations.length, 'deviation');
  const verdict =
    differs.length === 0
      ? `${all}, ${deviations.length === 1 ? 'it is' : 'all'} rounded in the file`
      : bad(`${all}, ${count(differs.length)} not explained by rounding`);
  // What is wrong comes first, so that no list of roundings hides it.
  const ordered = [...differs, ...deviations.filter(({ verdict: said }) => said === 'rounded')];
  const rows = ordered
    .slice(0, shownAtMost)
    .map(({ index, id, field, file, calls, verdict: said }) => [
      index === null ? 'summary' : `${String(index).padStart(2)} ${id ?? ''}`,
      field,
      file,
      calls,
      said,
    ]);
  const more = ordered.length - shownAtMost;
  const tail = more > 0 ? `  and ${count(more)} more; --json names them all\n` : '';
  return `\n${title}: ${verdict}\n${table(columns, rows, { heading: faint })}${tail}`;
};

/** Which executions could not keep the id of the file, and what they are called now. */
export const ownIds = ({ executions }: ImportResult, { strong }: Palette): string => {
  const renamed = executions.filter(isRenamed);
  if (renamed.length === 0) return '';
  const lines = renamed.map(({ entry, executionId }) => {
    return `  ${String(entry.index).padStart(2)} ${executionId}\n`;
  });
  const title = strong(`${counted(renamed.length, 'execution')} under a new id`);
  const why = 'the one in the file is taken by an earlier one';
  const topic = '  (find them by topic, which is "legacy <id in the file>")\n';
  return `\n${title}: ${why}\n${listed(lines)}${topic}`;
};

/** What the ledger holds that the file does not say, and the other way round. */
export const takenOver = ({ log, read }: ImportResult, { strong }: Palette): string => {
  const unknown = [...log.unknownFields].map(
    ([field, times]) => `  ${field} (${counted(times, 'time')}): unknown, left in the file\n`,
  );
  return [
    `\n${strong('Not as in the file')}\n`,
    '  duration of a call: the time since the call before it, or since the start\n',
    `  ${derivedFields.slice(0, 2).join(', ')},\n`,
    `  ${derivedFields.slice(2).join(', ')}: left in the file, Flowledger works them out itself\n`,
    ...(read.waiting === 0
      ? []
      : ['  an execution without an end: waits, until a later file has it\n']),
    ...(read.unpricedCalls === 0
      ? []
      : ['  a call without a cost: priced by the price book, where it knows the model\n']),
    ...unknown,
  ].join('');
};
