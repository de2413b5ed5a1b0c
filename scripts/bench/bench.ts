import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Contexts } from './context';
import { describeMachine } from './machine';
import { NotHere } from './measurement';
import type { Measurement } from './measurement';
import type { Outcome, Report } from './report';

export interface Request {
  readonly measurements: readonly Measurement[];
  readonly quick: boolean;
  readonly runs: number;
  readonly profiles: string | null;
  readonly articles: string | null;
  readonly tailMinutes: number | null;
  readonly say: (line: string) => void;
  /** Aborted: the bench clears up and rejects with the reason. */
  readonly signal: AbortSignal;
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

const outcomeOf = async (contexts: Contexts, measurement: Measurement): Promise<Outcome> => {
  const { name } = measurement;
  const started = performance.now();
  const ended = (what: Partial<Outcome>): Outcome => {
    const seconds = secondsSince(started);
    return { name, seconds, rows: [], failure: null, skipped: null, ...what };
  };
  try {
    return ended({ rows: await contexts.within((context) => measurement.run(context)) });
  } catch (error) {
    const { message } = error as Error;
    return ended(error instanceof NotHere ? { skipped: message } : { failure: message });
  }
};

const endingOf = ({ failure, skipped }: Outcome): string => {
  if (failure !== null) return `failed (${failure})`;
  return skipped === null ? 'done' : `skipped (${skipped})`;
};

const runAll = async (
  contexts: Contexts,
  { measurements, say }: Request,
  signal: AbortSignal,
): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const measurement of measurements) {
    say(`${measurement.name}: ${measurement.summary}`);
    const outcome = await outcomeOf(contexts, measurement);
    signal.throwIfAborted();
    say(`${outcome.name}: ${endingOf(outcome)} after ${outcome.seconds.toFixed(0)} s`);
    outcomes.push(outcome);
  }
  return outcomes;
};

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });

/** Measures one after the other in a folder of its own, and leaves nothing running and nothing behind. */
export const bench = async (request: Request): Promise<Report> => {
  const { quick, runs, profiles, articles, tailMinutes, say, signal } = request;
  const folder = await mkdtemp(join(tmpdir(), 'flowledger-bench-'));
  // Started by root, PostgreSQL runs as a user of its own, who has to come through here.
  await chmod(folder, 0o711);
  const contexts = new Contexts({ quick, runs, profiles, articles, tailMinutes, folder, say });
  try {
    const machine = await describeMachine(folder);
    const outcomes = await Promise.race([abortOf(signal), runAll(contexts, request, signal)]);
    return { machine, quick, runs, outcomes };
  } finally {
    say('clearing up');
    await contexts.close();
    await rm(folder, { recursive: true, force: true });
  }
};
