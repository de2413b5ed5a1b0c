import { z } from 'zod';
import { storageFaults } from '../http/storable';
import { clockOf } from './legacy-time';
import { described, pathOf } from './entry-fault';
import type { EntryFault } from './entry-fault';
import { knownFields, legacyExecution, legacySummary } from './legacy-log.schema';
import type { LegacyCall, LegacyExecution, LegacySummary } from './legacy-log.schema';

/** A model call with its time in microseconds since 1970. */
export interface CallEntry {
  readonly call: LegacyCall;
  readonly at: number;
}

/** A valid execution with its place in the file and its times in microseconds since 1970. */
export interface ExecutionEntry {
  readonly index: number;
  readonly execution: LegacyExecution;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly calls: readonly CallEntry[];
}

export interface LegacyLog {
  readonly entries: readonly ExecutionEntry[];
  readonly faults: readonly EntryFault[];
  readonly summary: LegacySummary | null;
  /** Fields that Flowledger knows nothing of, with how often they occur: they stay in the file. */
  readonly unknownFields: ReadonlyMap<string, number>;
}

/** The whole file is not what it should be. */
export class NotALegacyLog extends Error {}

export interface Reading {
  readonly timeZone: string;
  /** Milliseconds since 1970: what lies later than five minutes from here is refused. */
  readonly now: number;
}

const envelope = z.object({ executions: z.array(z.unknown()), summary: z.unknown().optional() });

const aheadAtMost = 5 * 60_000;
const earliest = Date.UTC(2015, 0);

type Report = (field: string, message: string) => void;

/** Reads a time and reports what the server would refuse: no time, too early, or in the future. */
const timeReader = ({
  timeZone,
  now,
}: Reading): ((text: string, report: Report, field: string) => number) => {
  const clock = clockOf(timeZone);
  return (text, report, field) => {
    const at = clock(text);
    if (at === undefined) report(field, `is not an ISO 8601 time: ${JSON.stringify(text)}`);
    else if (at / 1e3 > now + aheadAtMost) {
      report(field, `lies in the future: ${text}, read as ${timeZone} where it names no zone`);
    } else if (at / 1e3 < earliest) report(field, `is before 2015: ${text}`);
    return at ?? 0;
  };
};

const idOf = (entry: unknown): string | null => {
  const id = (entry as { execution_id?: unknown } | null)?.execution_id;
  return typeof id === 'string' ? id : null;
};

const countUnknown = (
  entry: object,
  known: ReadonlySet<string>,
  counts: Map<string, number>,
  prefix = '',
) => {
  for (const field of Object.keys(entry)) {
    if (!known.has(field)) counts.set(prefix + field, (counts.get(prefix + field) ?? 0) + 1);
  }
};

/**
 * A parsed legacy log (an object with `executions`, or the array alone) as its valid entries and
 * every fault of the others, naming entry and field.
 *
 * @throws NotALegacyLog where there are no executions to look at.
 */
export const readLegacyLog = (content: unknown, reading: Reading): LegacyLog => {
  const file = envelope.safeParse(Array.isArray(content) ? { executions: content } : content);
  if (!file.success) throw new NotALegacyLog('it has no list of executions ("executions": [...])');
  const time = timeReader(reading);
  const entries: ExecutionEntry[] = [];
  const faults: EntryFault[] = [];
  const unknownFields = new Map<string, number>();
  file.data.executions.forEach((raw, index) => {
    const found = faults.length;
    const report: Report = (field, message) => {
      faults.push({ index, id: idOf(raw), field, message });
    };
    const parsed = legacyExecution.safeParse(raw, { reportInput: true });
    if (!parsed.success) {
      for (const issue of parsed.error.issues) report(pathOf(issue.path), described(issue));
      return;
    }
    for (const { path, message } of storageFaults(raw)) report(pathOf(path.split('.')), message);
    const execution = parsed.data;
    const startedAt = time(execution.start_time, report, 'start_time');
    const endedAt =
      execution.end_time === null ? null : time(execution.end_time, report, 'end_time');
    const calls = execution.llm_calls.map((call, at) => ({
      call,
      at: time(call.timestamp, report, `llm_calls[${at}].timestamp`),
    }));
    if (faults.length > found) return;
    countUnknown(raw as object, knownFields.execution, unknownFields);
    for (const call of (raw as { llm_calls: object[] }).llm_calls) {
      countUnknown(call, knownFields.call, unknownFields, 'llm_calls[].');
    }
    entries.push({ index, execution, startedAt, endedAt, calls });
  });
  const summary = legacySummary.safeParse(file.data.summary);
  return { entries, faults, summary: summary.success ? summary.data : null, unknownFields };
};
