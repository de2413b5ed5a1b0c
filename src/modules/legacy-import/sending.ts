import { count } from '../cli/amounts';
import { sendCommands } from '../cli/bulk-client';
import type { Outcome } from '../cli/bulk-client';
import type { ServerAddress } from '../cli/server-address';
import { Failure } from '../cli/verb';
import type { IdentifiedExecution } from './execution-ids';
import { plannedCount, restOf, startOf } from './plan';
import type { PlannedCommand } from './plan';
import { addCommand, commandsIn, emptyTally } from './tally';
import type { Tally } from './tally';

/** A command of the import that the server did not accept. */
export interface Refusal {
  readonly executionId: string;
  readonly index: number;
  readonly command: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** What came back for the commands sent. */
export interface Sent {
  readonly recorded: Tally;
  readonly alreadyThere: Tally;
  readonly refused: Tally;
  readonly refusals: Refusal[];
  /** Commands sent twice after a broken connection, which may count as already there. */
  resent: number;
  /** The last position in the ledger that holds any of it. */
  position: bigint;
  milliseconds: number;
}

const nothingSent = (): Sent => ({
  recorded: emptyTally(),
  alreadyThere: emptyTally(),
  refused: emptyTally(),
  refusals: [],
  resent: 0,
  position: 0n,
  milliseconds: 0,
});

/** Counts what became of one command. */
const note = (sent: Sent, { line, answer, resent }: Outcome<PlannedCommand>): void => {
  if (resent) sent.resent += 1;
  if (answer.status !== 200) {
    addCommand(sent.refused, line);
    const { executionId, entry } = line.of;
    const { code, detail } = answer.problem ?? { code: 'unexpected', detail: 'no explanation' };
    const { status } = answer;
    sent.refusals.push({
      executionId,
      index: entry.index,
      command: line.command,
      status,
      code,
      detail,
    });
    return;
  }
  addCommand(answer.duplicate === true ? sent.alreadyThere : sent.recorded, line);
  const position = BigInt(answer.position ?? 0);
  if (position > sent.position) sent.position = position;
};

/**
 * Executions whose starts are sent together, before anything else of them is. An import that is
 * killed may leave as many running.
 */
const startsAtOnce = 200;

const sendAll = async (
  server: ServerAddress,
  executions: readonly IdentifiedExecution[],
  sent: Sent,
  advance: () => void,
): Promise<void> => {
  for (let from = 0; from < executions.length; from += startsAtOnce) {
    const some = executions.slice(from, from + startsAtOnce);
    const ours = new Set<IdentifiedExecution>();
    for await (const outcome of sendCommands(server, some.map(startOf))) {
      note(sent, outcome);
      advance();
      if (outcome.answer.status === 200) ours.add(outcome.line.of);
    }
    // Keys are of whoever holds the key of the server: imported by another before, the start is
    // refused, but the calls would be recorded a second time.
    for (const command of some.filter((one) => !ours.has(one)).flatMap(restOf)) {
      addCommand(sent.refused, command);
      advance();
    }
    const rest = some.filter((one) => ours.has(one)).flatMap(restOf);
    for await (const outcome of sendCommands(server, rest)) {
      note(sent, outcome);
      advance();
    }
  }
};

/**
 * Records executions through the bulk route. Nothing is added to an execution whose start is refused,
 * because that is not the one of the log. `advance` is called for every command.
 *
 * @throws Failure when the server is lost for good, saying how far it came.
 */
export const send = async (
  server: ServerAddress,
  executions: readonly IdentifiedExecution[],
  advance: () => void,
): Promise<Sent> => {
  const sent = nothingSent();
  const started = performance.now();
  try {
    await sendAll(server, executions, sent, advance);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const done = count(commandsIn(sent.recorded) + commandsIn(sent.alreadyThere));
    const all = count(plannedCount(executions));
    const advice = `${done} of ${all} commands are recorded; run it again for the rest`;
    throw new Failure(`${error.message}\n${advice}`, { cause: error });
  }
  return { ...sent, milliseconds: performance.now() - started };
};
