import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { executionId, executions, startLines } from './load/calls';
import type { Flowledger } from './flowledger';
import { scalar } from './postgres';

/** Has commands carried out in one bulk request; throws unless all of them are accepted. */
export const sendLines = async (
  { url, key }: Flowledger,
  lines: readonly string[],
): Promise<void> => {
  const answer = await fetch(`${url}/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: lines.join(''),
  });
  const outcomes = (await answer.text()).trimEnd().split('\n');
  const accepted = outcomes.filter((line) => line.includes('"status":200'));
  if (accepted.length === lines.length) return;
  const refused = outcomes.find((line) => !line.includes('"status":200'));
  throw new Error(`not all lines were accepted: ${refused ?? 'answers are missing'}`);
};

/** Starts the executions that calls are recorded for. */
export const startExecutions = (server: Flowledger): Promise<void> =>
  sendLines(server, startLines());

export const endOfLedger = async (client: Client): Promise<number> =>
  Number(await scalar(client, 'select position from ledger.head'));

/** Throws unless exactly what was accepted is in the ledger: a figure for lost events is none. */
export const assertRecorded = async (client: Client, accepted: number): Promise<void> => {
  const end = await endOfLedger(client);
  const rows = Number(await scalar(client, 'select count(*) from ledger.events'));
  if (end === accepted && rows === accepted) return;
  throw new Error(`${accepted} events were accepted, the ledger ends at ${end} with ${rows} rows`);
};

/** Events that both read models have, and those before the first of them, which are the price book's. */
const appliedSql = `
select before.events + least(
  (select coalesce(sum(stream_version), 0) from read.execution_status),
  (select coalesce(sum(calls), 0) + ${String(executions)} from read.roi_totals))
from (
  select position - 1 as events from ledger.events
  where stream = 'execution-${executionId(0)}' and version = 1
) before`;

/** How many events of the bench's executions and calls both read models have applied. */
export const applied = async (client: Client): Promise<number> =>
  Number(await scalar(client, appliedSql));

/** Waits until the read models have everything, so that the work does not fall on what comes next. */
export const untilApplied = async (client: Client, milliseconds = 60_000): Promise<void> => {
  const end = await endOfLedger(client);
  const patience = performance.now() + milliseconds;
  while ((await applied(client)) < end) {
    if (performance.now() > patience) throw new Error('the read models do not catch up');
    await delay(25);
  }
};
