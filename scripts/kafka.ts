import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { keepersTerminal, performHere } from '../src/modules/cli/process-terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { startKafka } from '../src/modules/kafka/broker/cluster';
import type { KafkaOptions } from '../src/modules/kafka/broker/cluster';

const help = `Starts a real Kafka 4 on this machine, without Docker, and stays until Ctrl-C; needs Java 17, and
Maven the first time. Prints on standard output what to set for \`npm start\`.

  --brokers 1|3  one broker (default), or three: every message on all, two needed to write;
                 of three, one that was killed is started again after 15 s
  --home FOLDER  where the data stays between starts (default: .flowledger/kafka)
  --port N       of the first broker, the others follow (default: 9092)
  --json         prints {bootstrap, home, brokers: [{id, port, pid}]} instead
  --help         this text

Exit status: 0 stopped, 1 failed, 2 bad use.
`;

const options = {
  brokers: { type: 'string', default: '1' },
  home: { type: 'string' },
  port: { type: 'string', default: '9092' },
} as const;

type Values = Asked<typeof options>['values'];

const brokersOf = (text: string): KafkaOptions['brokers'] => {
  if (text === '1' || text === '3') return text === '1' ? 1 : 3;
  throw new BadUse(`--brokers: 1 or 3, not ${text}`);
};

const portsOf = (text: string, count: number): number[] => {
  const first = Number(text);
  if (!Number.isInteger(first) || first < 1 || first + count > 65_536) {
    throw new BadUse(`--port: a port number, not ${text}`);
  }
  return Array.from({ length: count }, (_, index) => first + index);
};

const homeOf = (home: string | undefined, { FLOWLEDGER_HOME: own = '' }: Terminal['env']): string =>
  resolve(home ?? join(own === '' ? '.flowledger' : own, 'kafka'));

const serve = async (values: Values, terminal: Terminal): Promise<ExitStatus> => {
  const { interrupted = new AbortController().signal, env, out, err } = terminal;
  const log = (line: string): void => void err.write(`${line}\n`);
  const brokers = brokersOf(values.brokers);
  const ports = portsOf(values.port, brokers);
  const home = homeOf(values.home, env);
  const revive = brokers === 3;
  const cluster = await startKafka({ brokers, home, ports, log, env, signal: interrupted, revive });
  const { bootstrap } = cluster;
  const nodes = cluster.brokers.map(({ id, port, pid }) => ({ id, port, pid }));
  const answer = JSON.stringify({ bootstrap, home, brokers: nodes });
  out.write(values.json === true ? `${answer}\n` : `KAFKA_BROKERS=${bootstrap}\n`);
  log('Kafka answers; Ctrl-C stops it');
  const left = interrupted.aborted ? [] : once(interrupted, 'abort');
  const failure = await Promise.race([cluster.failure, left]);
  log('stopping Kafka');
  await cluster.stop();
  if (failure instanceof Error) throw failure;
  return exit.done;
};

const run = async ({ values }: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  try {
    return await serve(values, terminal);
  } catch (error) {
    if (terminal.interrupted?.aborted === true && error === terminal.interrupted.reason) {
      return exit.done;
    }
    throw error;
  }
};

export const kafkaVerb = {
  usage: 'npm run kafka -- [--brokers 1|3] [--home FOLDER] [--port N] [--json]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 0 },
  run,
};

if (require.main === module) void performHere(kafkaVerb, keepersTerminal(process.env));
