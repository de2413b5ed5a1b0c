import { resolve } from 'node:path';
import { duration } from '../src/modules/cli/amounts';
import { BadUse, exit, perform } from '../src/modules/cli/verb';
import type { Verb } from '../src/modules/cli/verb';
import { bench } from './bench/bench';
import type { Measurement } from './bench/measurement';
import { measurements } from './bench/measurements';
import { rollbackAtScale } from './bench/measurements/rollback';
import { scale } from './bench/measurements/scale';
import { asText, keepReport } from './bench/report';

const fewestRuns = 3;

const options = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string' },
  scale: { type: 'boolean', default: false },
  runs: { type: 'string', default: String(fewestRuns) },
  profile: { type: 'string' },
  articles: { type: 'string' },
  'tail-minutes': { type: 'string' },
} as const;

const list = measurements
  .map(
    ({ name, summary, budget }) => `  ${name.padEnd(15)} ${summary}\n${' '.repeat(18)}${budget}\n`,
  )
  .join('');

const help = `Measures Flowledger against its budgets on this machine. It starts what it needs (PostgreSQL, a
Kafka broker where Java and Maven are there, servers, drivers) in a temporary folder and removes it
at the end. Progress goes to standard error, the table to standard output, all samples to bench-output/.
A missed budget is shown, and is no failure; a measurement that could not be taken is. Exit status:
0 all were taken, 1 not, 2 bad use.

  --quick           the same comparisons, in a few minutes
  --only NAME,NAME  only these measurements
  --scale           scale and rollback-at-scale instead: what grows with the ledger, up to ten
                    million events; takes two hours, and 30 GB of disk
  --runs N          rounds of each comparison, ${String(fewestRuns)} or more (default: ${String(fewestRuns)})
  --profile FOLDER  have each server write a CPU profile of every thread there (slows them down)
  --articles FOLDER ask the questions on the four articles as well, which are there
  --tail-minutes N  follow the dashboard's pages for so long (default: 2)
  --json            print the report as JSON instead of a table

${list}`;

/** What takes hours, and is asked for by itself. */
const atScale: readonly Measurement[] = [scale, rollbackAtScale];

const chosen = (only: string | undefined, scales: boolean): readonly Measurement[] => {
  const all = scales ? atScale : measurements;
  if (only === undefined) return all;
  return only.split(',').map((name) => {
    const measurement = all.find((one) => one.name === name);
    if (measurement !== undefined) return measurement;
    throw new BadUse(`--only knows ${all.map((one) => one.name).join(', ')}, not ${name}`);
  });
};

const runsOf = (text: string): number => {
  const runs = Number(text);
  if (Number.isInteger(runs) && runs >= fewestRuns) return runs;
  throw new BadUse(`--runs is a whole number of at least ${fewestRuns}, not ${text}`);
};

const minutesOf = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 1) return minutes;
  throw new BadUse(`--tail-minutes is a whole number of at least 1, not ${text}`);
};

const interruption = new AbortController();

const verb: Verb<typeof options> = {
  usage:
    'npm run bench -- [--quick] [--only name,name] [--scale] [--runs 3] [--profile FOLDER] [--articles FOLDER] [--tail-minutes N] [--json] [--help]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 0 },
  run: async ({ values }, { out, err }) => {
    const started = performance.now();
    const report = await bench({
      measurements: chosen(values.only, values.scale),
      quick: values.quick,
      runs: runsOf(values.runs),
      profiles: values.profile === undefined ? null : resolve(values.profile),
      tailMinutes: minutesOf(values['tail-minutes']),
      articles: values.articles === undefined ? null : resolve(values.articles),
      say: (line) => err.write(`${duration(performance.now() - started).padStart(12)}  ${line}\n`),
      signal: interruption.signal,
    });
    const file = await keepReport(report); // first: hours of it may meet a disk that is full, or no reader
    out.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : asText(report));
    err.write(`kept in ${file}\n`);
    return report.outcomes.every(({ failure }) => failure === null) ? exit.done : exit.failed;
  },
};

const main = async (): Promise<void> => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      interruption.abort(new Error(`${name} received`));
    });
  }
  const { env, stdout, stderr } = process;
  // Ended by that, this process would leave behind what it has started.
  for (const stream of [stdout, stderr]) {
    stream.on('error', ({ message }) => {
      interruption.abort(new Error(`what it says goes nowhere: ${message}`));
    });
  }
  const status = await perform(verb, process.argv.slice(2), { env, out: stdout, err: stderr });
  // What was under way when it was interrupted would keep the process alive.
  process.exit(status);
};

void main();
