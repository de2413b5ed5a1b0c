import { ApiClient } from '../../src/modules/cli/api-client';
import { count, counted, duration } from '../../src/modules/cli/amounts';
import { sendCommands } from '../../src/modules/cli/bulk-client';
import { Progress } from '../../src/modules/cli/progress';
import type { ServerAddress } from '../../src/modules/cli/server-address';
import type { Output, Palette } from '../../src/modules/cli/terminal';
import { Failure } from '../../src/modules/cli/verb';
import type { Day } from './day';
import type { DemoServer } from './demo-server';
import { figuresOf } from './figures';
import type { Figures } from './figures';
import type { Step } from './story';
import { tables } from './tables';
import { walk } from './walkthrough';

interface Stage {
  readonly server: DemoServer;
  readonly run: string;
  readonly day: Day;
  readonly palette: Palette;
  /** Standard error, for progress. */
  readonly err: Output;
  readonly say: (line: string) => void;
}

/** Sends steps in bulk and gives the last position. Every one of them is expected to be accepted. */
const sendAll = async (
  server: ServerAddress,
  steps: readonly Step[],
  { run, err }: Pick<Stage, 'run' | 'err'>,
): Promise<bigint> => {
  let position = 0n;
  const progress = new Progress(err, 'sending', 'commands', steps.length);
  try {
    const headers = { 'x-deployment-id': run };
    for await (const { line, answer } of sendCommands(server, steps, { headers })) {
      progress.advance();
      if (answer.status !== 200) {
        const why = answer.problem?.detail ?? `status ${answer.status}`;
        throw new Failure(`${line.command} of ${String(line.data['executionId'])}: ${why}`);
      }
      const reached = BigInt(answer.position ?? 0);
      if (reached > position) position = reached;
    }
  } finally {
    progress.end();
  }
  return position;
};

/** Shows the day step by step, and gives the figures it ended with. */
export const play = async (stage: Stage): Promise<Figures> => {
  const { server, run, day, palette, say } = stage;
  const { articles, forks, timeOuts } = day;
  say(`\n${palette.strong('1  Commands one by one')}`);
  await walk(server.service, run, (line) => say(`   ${line}`), palette);

  say(`\n${palette.strong('2  A day of the pipeline, as one stream of JSON lines')}`);
  const sending = performance.now();
  const positions = [await sendAll(server.service, articles.steps, stage)];
  const took = performance.now() - sending;
  const rate = count(Math.round(articles.steps.length / (took / 1_000)));
  const amount = counted(articles.steps.length, 'command');
  say(
    `   ${amount} of ${counted(articles.executions, 'article')}, each durable: ${duration(took)}, ${rate}/s`,
  );

  say(`\n${palette.strong('3  Some that failed are tried again, as forks')}`);
  positions.push(await sendAll(server.service, forks.steps, stage));
  say(
    `   ${counted(forks.executions, 'fork')}, each with its own ledger stream: ${counted(forks.steps.length, 'command')}`,
  );

  say(`\n${palette.strong('4  An operator ends what went silent')}`);
  positions.push(await sendAll(server.operator, timeOuts.steps, stage));
  say(
    `   ${counted(timeOuts.executions, 'execution')} timed out, by command: that is a fact as well`,
  );

  const position = positions.reduce((last, one) => (one > last ? one : last));
  say(`\n${palette.strong('5  What the read models make of it')}`);
  const asking = performance.now();
  const figures = await figuresOf(new ApiClient(server.service), run, position);
  const waited = duration(performance.now() - asking);
  say(`   up to position ${count(position)}, the last command included, ${waited} after it\n`);
  say(tables(figures, palette).trimEnd());
  return figures;
};
