import type { Context } from '../context';
import { costOf, costText, cpuOf } from '../cpu';
import type { Cost } from '../cpu';
import { atLeast, compared, measured } from '../figures';
import { startFlowledger } from '../flowledger';
import type { Flowledger } from '../flowledger';
import { assertRecorded, endOfLedger, startExecutions } from '../ledger';
import type { Drive } from '../load/samples';
import type { Measurement } from '../measurement';
import { checkpoint, connect, createDatabase, postmaster } from '../postgres';
import { warmUp } from '../warm-up';
import { startWorker } from '../worker';
import type { Driver } from '../workers/driver';
import type { OtlpSink } from '../workers/otlp-sink';

const connections = 64;

/** One of those that are compared: a server that takes commands, with some variables. */
interface Contender {
  readonly name: string;
  readonly server: Flowledger;
  readonly drive: (time: Time, prefix: string) => Promise<Drive>;
  readonly drives: Drive[];
  readonly costs: Cost[];
}

interface Time {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

const contender = async (
  context: Context,
  name: string,
  variables: Readonly<Record<string, string>>,
): Promise<Contender> => {
  const database = await createDatabase(context, `tracing_${name}`);
  const run = { name: `tracing-${name}`, database, parts: 'api', variables };
  const server = await startFlowledger(context, run);
  const ledger = await connect(context, database.ownerUrl);
  const driver = await startWorker<Driver>(context, require.resolve('../workers/driver'));
  await startExecutions(server);
  let accepted = (await endOfLedger(ledger)) + (await warmUp(context, server));
  await checkpoint(ledger);
  const drive: Contender['drive'] = async (time, prefix) => {
    const { url, key } = server;
    const driven = await driver.call('closedLoop', { url, key, ...time, prefix, connections });
    accepted += driven.accepted;
    await assertRecorded(ledger, accepted);
    return driven;
  };
  return { name, server, drive, drives: [], costs: [] };
};

/** What became of spans, as the server's own metrics tell. */
const spansOf = async ({ server }: Contender): Promise<string> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return [...text.matchAll(/^flowledger_trace_spans_total\{outcome="(\w+)"\} (\d+)$/gm)]
    .map(([, outcome, count]) => `${String(count)} ${String(outcome)}`)
    .join(', ');
};

/** Commands with every one of them traced, and with one of ten, against no tracing at all. */
export const tracing: Measurement = {
  name: 'tracing',
  summary: 'durable record-llm-call over HTTP from 64 connections, traced to a collector by OTLP',
  budget: '>= 0.9 x the same untraced',
  run: async (context) => {
    const sink = await startWorker<OtlpSink>(context, require.resolve('../workers/otlp-sink'));
    const { url } = await sink.call('open', undefined);
    const on = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces` };
    const share = {
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    };
    const off = await contender(context, 'off', {});
    const all = await contender(context, 'all', on);
    const tenth = await contender(context, 'tenth', { ...on, ...share });
    const postgres = await postmaster(context);
    const time = context.quick
      ? { warmUpSeconds: 0.2, seconds: 2 }
      : { warmUpSeconds: 1, seconds: 8 };
    for (let round = 1; round <= context.runs; round += 1) {
      const turn = [off, all, tenth];
      if (round % 2 === 0) turn.reverse(); // whoever is always first meets the same disk and load
      for (const { name, server, drive, drives, costs } of turn) {
        context.say(`tracing: round ${round} of ${context.runs}, ${name}, ${time.seconds} s`);
        const { result, seconds } = await cpuOf({ server: server.pid, postgres }, () =>
          drive(time, `round-${round}`),
        );
        drives.push(result);
        costs.push(costOf(seconds, result.accepted));
      }
    }
    const rates = ({ drives }: Contender): number[] => drives.map(({ perSecond }) => perSecond);
    const untraced = { name: 'untraced', samples: rates(off) };
    const note = async (one: Contender): Promise<string> =>
      `CPU time of one: ${costText(one.costs)}; spans: ${await spansOf(one)}`;
    const unit = 'commands/s';
    const budget = atLeast(0.9);
    return [
      compared(
        { figure: 'commands, all traced', unit, budget, note: await note(all) },
        rates(all),
        untraced,
      ),
      compared(
        { figure: 'commands, a tenth traced', unit, budget, note: await note(tenth) },
        rates(tenth),
        untraced,
      ),
      measured(
        { figure: 'commands, untraced', unit, note: `CPU time of one: ${costText(off.costs)}` },
        rates(off),
      ),
    ];
  },
};
