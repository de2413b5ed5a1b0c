import { count, counted, duration } from '../src/modules/cli/amounts';
import { performHere, processTerminal } from '../src/modules/cli/process-terminal';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Output, Terminal } from '../src/modules/cli/terminal';
import { BadUse, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { dayOf } from './demo/day';
import type { Day } from './demo/day';
import { openDemoServer } from './demo/demo-server';
import { whereNext } from './demo/next';
import { play } from './demo/play';
import { deployAndRollBack } from './demo/deployment';
import { prove, rebuildAll } from './demo/rebuilding';
import { remember } from './demo/style-memory';

const help = `Shows Flowledger in a minute: a few commands one by one, then a whole day of a
content pipeline in bulk, with revisions, failures, cancellations, forks and
time-outs, and what the read models make of it; then a style memory that is
asked, a deployment that goes live with evidence, degrades and is rolled back,
every read model built anew meanwhile, and a proof of it all. It runs against
the running server, or a temporary one where none runs. Every run has ids and
deployments of its own, so it can be run as often as you like; a live deployment
of yours is left alone, and so is a style memory. Into one that is empty it puts
three articles with sources that begin with demo/; remove-article takes them out.

  --executions N  articles of the day (default: 300)
  --seed N        another day (default: 2026)
  --dry-run       make the day, and say what would be sent
  --json          the figures as JSON, without the story
  --help          this text

The server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on
FLOWLEDGER_HOME. Exit status: 0 done, 1 failed, 2 bad use.
`;

const options = {
  executions: { type: 'string', default: '300' },
  seed: { type: 'string', default: '2026' },
  'dry-run': { type: 'boolean' },
} as const;

const wholeNumber = (flag: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new BadUse(`${flag} is a whole number from ${least} to ${count(most)}, not ${text}`);
};

const json = (value: unknown): string =>
  `${JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one), 2)}\n`;

const rehearse = (day: Day, asJson: boolean, out: Output): ExitStatus => {
  const parts = [day.articles, day.forks, day.timeOuts];
  const steps = parts.flatMap((part) => part.steps);
  const executions = day.articles.executions + day.forks.executions;
  const commands: Record<string, number> = {};
  for (const { command } of steps) commands[command] = (commands[command] ?? 0) + 1;
  if (asJson) out.write(json({ dryRun: true, executions, commands }));
  else {
    out.write(
      `Dry run: ${counted(executions, 'execution')} in ${counted(steps.length, 'command')}, not sent\n`,
    );
    for (const [name, times] of Object.entries(commands)) {
      out.write(`  ${name.padEnd(20)} ${count(times).padStart(6)}\n`);
    }
  }
  return exit.done;
};

const show = async (
  asked: Asked<typeof options>,
  { env, out, err }: Terminal,
): Promise<ExitStatus> => {
  const seed = wholeNumber('--seed', asked.values.seed, 0, 2 ** 32 - 1);
  const articles = wholeNumber('--executions', asked.values.executions, 1, 20_000);
  const run = `demo-${Date.now().toString(36)}`;
  const day = dayOf(seed, run, articles, Date.now());
  const asJson = asked.values.json === true;
  if (asked.values['dry-run'] === true) return rehearse(day, asJson, out);
  const say = (line: string): void => {
    if (!asJson) out.write(`${line}\n`);
  };
  const palette = paletteFor(out, env);
  let part = 5; // which the day ends with
  const heading = (text: string): void => {
    part += 1;
    say(`\n${palette.strong(`${String(part)}  ${text}`)}`);
  };
  const started = performance.now();
  const server = await openDemoServer(env, () => {
    err.write('no server runs, so a temporary one is started ...\n');
  });
  try {
    const kind = server.isTemporary ? 'a temporary server' : 'the server';
    say(`${palette.strong('Flowledger demo')}, run ${run}, seed ${seed}`);
    say(`on ${kind} at ${server.service.url}`);
    const figures = await play({ server, run, day, palette, err, say });
    const { url } = server.service;
    const stage = { server, run, seed, palette, say, heading };
    const questions = await remember(stage);
    await deployAndRollBack({ ...stage, questions }, () => rebuildAll(stage));
    await prove(stage);
    if (asJson) out.write(json({ run, seed, url, ...figures }));
  } finally {
    await server.close();
  }
  heading('Where to look next');
  say(whereNext(server, run, env));
  say(palette.faint(`done in ${duration(performance.now() - started)}`));
  return exit.done;
};

export const demoVerb = {
  usage: 'npm run demo -- [--executions N] [--seed N] [--dry-run] [--json]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 0 },
  run: show,
};

if (require.main === module) void performHere(demoVerb, processTerminal(process.env));
