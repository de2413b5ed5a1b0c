import { count, counted } from '../cli/amounts';
import type { Palette } from '../cli/terminal';
import type { ImportResult } from './import-result';
import type { Refusal } from './sending';

/** Lines of one kind shown to a person; `--json` has them all. */
export const shownAtMost = 20;

/** The first lines of a list, and how many more there are. */
export const listed = (lines: readonly string[]): string => {
  const more = lines.length - shownAtMost;
  const tail = more > 0 ? `  and ${count(more)} more; --json names them all\n` : '';
  return lines.slice(0, shownAtMost).join('') + tail;
};

/** Entries that cannot be imported, each with its place, its id, the fields and what is wrong. */
export const malformedEntries = (
  { log, executions, isBarred }: ImportResult,
  { bad, strong }: Palette,
): string => {
  if (log.faults.length === 0) return '';
  const entries = new Map<string, string>();
  for (const { index, id, field, message } of log.faults) {
    const entry = `  executions[${index}] ${id ?? '(no id)'}\n`;
    const fault = `    ${field === '' ? '' : `${field}: `}${message}\n`;
    entries.set(entry, (entries.get(entry) ?? '') + fault);
  }
  const lines = [...entries].map(([entry, faults]) => entry + faults);
  const rest = counted(isBarred ? log.entries.length : executions.length, 'valid one');
  const consequence = isBarred
    ? `Nothing was imported. Mend the file, or import the ${rest} with --keep-going.\n`
    : `They are left out; the ${rest} can do without them.\n`;
  const noun = entries.size === 1 ? 'entry is' : 'entries are';
  const title = strong(bad(`${count(entries.size)} ${noun} malformed`));
  return `\n${title}\n${listed(lines)}\n${consequence}`;
};

/** What to make of a refusal whose own words are for whoever sent the command. */
const hints: Readonly<Record<string, string>> = {
  'idempotency-key-reused': `imported before with other contents, such as another --timezone or a
    figure changed in the file since; what is recorded stays as it was`,
  'execution-already-started': `another program's, or imported before with another key of the server;
    nothing was added to it`,
};

/** Commands that the server did not accept, by the reason it gave. */
export const refusals = (list: readonly Refusal[], { bad, strong }: Palette): string => {
  if (list.length === 0) return '';
  const reasons = [...new Set(list.map(({ code }) => code))].map((reason) => {
    const those = list.filter(({ code }) => code === reason);
    const lines = those.map(({ index, executionId, command, detail }) => {
      const why = reason in hints ? '' : `\n      ${detail}`;
      return `    executions[${index}] ${executionId}, ${command}${why}\n`;
    });
    const hint = reason in hints ? `    ${hints[reason] ?? ''}\n` : '';
    return `  ${reason} (${count(those.length)})\n${hint}${listed(lines)}`;
  });
  const title = strong(bad(`${counted(list.length, 'command')} refused`));
  return `\n${title}\n${reasons.join('')}`;
};

/** Whether the read models hold it all. */
export const readModels = (
  { verification }: ImportResult,
  { good, bad, strong }: Palette,
): string => {
  if (verification === null) return '';
  const { differences, position, executions, failure } = verification;
  if (failure !== null) {
    return `\n${strong(bad('The read models could not be asked'))}\n  ${failure}\n`;
  }
  const at = `at position ${count(BigInt(position))}`;
  if (differences.length === 0) {
    const rows = `${counted(executions, 'execution')} in execution-status, each figure`;
    return `\n${strong(good('Read models agree'))} ${at}\n  ${rows}; their sums are in roi-totals\n`;
  }
  const lines = differences.map(
    ({ row, field, expected, found }) =>
      `  ${row}\n    ${field} is ${found}, the log says ${expected}\n`,
  );
  return `\n${strong(bad('Read models differ'))} ${at}\n${listed(lines)}`;
};
