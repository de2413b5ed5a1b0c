import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startKafka } from '../src/modules/kafka/broker/cluster';

const usage =
  'usage: npm run kafka -- [--brokers 1|3] [--home .flowledger/kafka] [--port 9092] [--json] [--help]';
const help = `${usage}

Starts a real Kafka 4 on this machine, without Docker, and stays until Ctrl-C; needs Java 17, and
Maven the first time. Prints on standard output what to set for \`npm start\`. Exit status: 0 stopped,
1 failed, 2 bad use.

  --brokers 1|3  one broker (default), or three: every message on all, two needed to write;
                 of three, one that was killed is started again after 15 s
  --home FOLDER  where the data stays between starts (default: .flowledger/kafka)
  --port N       of the first broker, the others follow (default: 9092)
  --json         prints {bootstrap, home, brokers: [{id, port, pid}]} instead
  --help         prints this`;

/** A mistake in how the command was called: exit status 2. */
class BadUse extends Error {}

interface Request {
  brokers: 1 | 3;
  home: string;
  ports: number[];
  json: boolean;
  help: boolean;
}

void main();

async function main(): Promise<void> {
  const asked = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => asked.abort(new Error(`${name} received`)));
  }
  // Whoever read it is gone; ended by that, this process would leave its brokers running.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    const request = understand(process.argv.slice(2));
    if (request.help) process.stdout.write(`${help}\n`);
    else await serve(request, asked.signal);
  } catch (error) {
    if (asked.signal.aborted && error === asked.signal.reason) return;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(error instanceof BadUse ? `${message}\n${usage}\n` : `${message}\n`);
    process.exitCode = error instanceof BadUse ? 2 : 1;
  }
}

/** Runs Kafka until `asked` is aborted or a broker fails; stops it in either case. */
async function serve({ brokers, home, ports, json }: Request, asked: AbortSignal): Promise<void> {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const cluster = await startKafka({
    brokers,
    home,
    ports,
    log,
    env: process.env,
    signal: asked,
    revive: brokers === 3,
  });
  const nodes = cluster.brokers.map(({ id, port, pid }) => ({ id, port, pid }));
  const { bootstrap } = cluster;
  const answer = json ? JSON.stringify({ bootstrap, home, brokers: nodes }) : bootstrap;
  process.stdout.write(json ? `${answer}\n` : `KAFKA_BROKERS=${answer}\n`);
  log('Kafka answers; Ctrl-C stops it');
  const interrupted = new Promise<undefined>((settle) => {
    asked.addEventListener('abort', () => settle(undefined));
    if (asked.aborted) settle(undefined);
  });
  const failure = await Promise.race([cluster.failure, interrupted]);
  log('stopping Kafka');
  await cluster.stop();
  if (failure) throw failure;
}

function understand(args: string[]): Request {
  const { brokers, home, port, json, help } = parsed(args);
  if (brokers !== '1' && brokers !== '3') throw new BadUse(`--brokers is 1 or 3, not ${brokers}`);
  const count = brokers === '1' ? 1 : 3;
  const first = Number(port);
  if (!Number.isInteger(first) || first < 1 || first + count > 65_536) {
    throw new BadUse(`--port is a port number, not ${port}`);
  }
  const ports = Array.from({ length: count }, (_, index) => first + index);
  return { brokers: count, home: resolve(home), ports, json, help };
}

function parsed(args: string[]) {
  const own = process.env['FLOWLEDGER_HOME'];
  try {
    return parseArgs({
      args,
      options: {
        brokers: { type: 'string', default: '1' },
        home: { type: 'string', default: join(own ? own : '.flowledger', 'kafka') },
        port: { type: 'string', default: '9092' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    // The second sentence explains how to pass arguments that look like options: there are none.
    throw new BadUse(error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
}
