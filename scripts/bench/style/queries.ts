import type { Client } from 'pg';
import type { Context } from '../context';
import type { Flowledger } from '../flowledger';
import { assertRecorded, endOfLedger } from '../ledger';
import type { OpenDrive } from '../load/open-loop';
import type { Asked } from '../load/requests';
import type { Drive } from '../load/samples';
import { distortions, knownItems } from '../retrieval/known-items';
import { startWorker } from '../worker';
import type { AskDrive, Asker } from '../workers/asker';
import type { Driver } from '../workers/driver';
import type { Arms, StyleMemory } from './memory';

export const connections = 16;
export const callRate = 200;

/** Queries a second where they come at a rate, and not as fast as they are answered. */
export const queryRate = 100;

const callConnections = 20;

/** More than a server remembers the vectors of, so that none is asked again while it does. */
const questions = 4_000;

/** What one round came to. */
export interface Round {
  /** Nothing but queries. */
  readonly queries: AskDrive;
  /** The same at a rate. */
  readonly atRate: OpenDrive;
  /** Nothing but calls. */
  readonly calls: OpenDrive;
  /** Both at once. */
  readonly both: { readonly queries: AskDrive; readonly calls: OpenDrive };
}

const asked = (paragraphs: readonly string[]): Asked[] => {
  const items = knownItems(paragraphs, questions / distortions.length, 4_321);
  return items.map(({ question }) => ({
    method: 'POST',
    path: '/v1/style-memory/query',
    body: JSON.stringify({ text: question }),
  }));
};

interface Loads {
  readonly ask: (seconds: number) => Promise<AskDrive>;
  readonly askAtRate: (seconds: number) => Promise<OpenDrive>;
  readonly call: (seconds: number, prefix: string) => Promise<OpenDrive>;
}

const loadsOn = async (
  context: Context,
  { url, key }: Flowledger,
  paragraphs: readonly string[],
): Promise<Loads> => {
  const asker = await startWorker<Asker>(context, require.resolve('../workers/asker'));
  const driver = await startWorker<Driver>(context, require.resolve('../workers/driver'));
  const asking = { url, key, connections, asked: asked(paragraphs), warmUpSeconds: 1 };
  const calling = { url, key, connections: callConnections, rate: callRate };
  return {
    ask: (seconds) => asker.call('ask', { ...asking, seconds, marker: '"degraded":true' }),
    askAtRate: (seconds) => asker.call('askAtRate', { ...asking, seconds, rate: queryRate }),
    call: (seconds, prefix) =>
      driver.call('openLoop', { ...calling, prefix, seconds, warmUpSeconds: 1 }),
  };
};

/** Each query and each call is one event: all that were answered have to be there. */
const recording = async (
  client: Client,
): Promise<(drives: readonly Pick<Drive, 'accepted'>[]) => Promise<void>> => {
  let accepted = await endOfLedger(client);
  return async (drives) => {
    for (const drive of drives) accepted += drive.accepted;
    await assertRecorded(client, accepted);
  };
};

/** Asks and calls, each alone and both at once, in turns. */
export const askAndCall = async (
  context: Context,
  server: Flowledger,
  { client, paragraphs }: StyleMemory,
  arms: Arms,
): Promise<Round[]> => {
  const { ask, askAtRate, call } = await loadsOn(context, server, paragraphs);
  const record = await recording(client);
  const seconds = context.quick ? 4 : 15;
  context.say(`style: warming up, ${arms}`);
  const warmUp = context.quick ? 3 : 15;
  await record(await Promise.all([ask(warmUp), call(warmUp, `${arms}-warm-up`)]));
  const rounds: Round[] = [];
  for (let round = 1; round <= (context.quick ? 1 : context.runs); round += 1) {
    context.say(`style: round ${round}, ${arms}, four times ${seconds} s`);
    const prefix = `${arms}-${String(round)}`;
    const calls = await call(seconds, `${prefix}-alone`);
    const queries = await ask(seconds);
    const atRate = await askAtRate(seconds);
    const [asked, called] = await Promise.all([ask(seconds), call(seconds, `${prefix}-both`)]);
    await record([calls, queries, atRate, asked, called]);
    rounds.push({ queries, atRate, calls, both: { queries: asked, calls: called } });
  }
  return rounds;
};
