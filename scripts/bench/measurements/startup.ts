import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context';
import { below, measured } from '../figures';
import { plainEnvironment, stopProcess, untilReady } from '../flowledger';
import type { Measurement } from '../measurement';
import { startFlags, startScript } from '../places';

const launch = (home: string, log: string): ChildProcess => {
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [...startFlags, startScript], {
    detached: true,
    stdio: ['ignore', 'pipe', output],
    env: { ...plainEnvironment(), PORT: '0', FLOWLEDGER_HOME: home },
  });
  closeSync(output);
  return child;
};

/** The seconds from starting the process, with its own PostgreSQL, to the line that says it is ready. */
const secondsToReady = async (context: Context, home: string): Promise<number> => {
  const log = `${home}.log`;
  const started = performance.now();
  const child = await context.hold(() => Promise.resolve(launch(home, log)), stopProcess);
  await untilReady(child, log);
  const seconds = (performance.now() - started) / 1000;
  await stopProcess(child);
  return seconds;
};

/** How long a person waits for the embedded server. */
export const startup: Measurement = {
  name: 'startup',
  summary: 'start of the embedded server (PostgreSQL included) until it says ready',
  budget: 'second start < 5 s',
  run: async (context) => {
    const home = join(context.folder, 'startup');
    context.say('startup: the first start, which makes the database');
    const first = await secondsToReady(context, home);
    const later: number[] = [];
    const runs = context.quick ? 1 : context.runs;
    for (let run = 1; run <= runs; run += 1) {
      context.say(`startup: start ${run + 1} of ${runs + 1}`);
      later.push(await secondsToReady(context, home));
    }
    const note = '`npm start` checks before that whether there is something to compile';
    return [
      measured({ figure: 'first start', unit: 's' }, [first]),
      measured({ figure: 'second start', unit: 's', budget: below(5, 's'), note }, later),
    ];
  },
};
