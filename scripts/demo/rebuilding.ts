import { ApiClient, Refused } from '../../src/modules/cli/api-client';
import { count, counted, duration } from '../../src/modules/cli/amounts';
import { Following } from '../../src/modules/cli/following';
import type { Output, Palette } from '../../src/modules/cli/terminal';
import { Failure } from '../../src/modules/cli/verb';
import { proofSchema } from '../../src/modules/proof/proof.schemas';
import { RebuildClient } from '../../src/modules/rebuild-client/rebuild-client';
import type { RebuildRequest } from '../../src/modules/rebuild-client/rebuild-client';
import type { RebuildProgress } from '../../src/modules/rebuild/rebuild.schemas';
import type { DemoServer } from './demo-server';

/** A demo is to take a minute: a large ledger is rebuilt by whoever means to. */
const eventsAtMost = 200_000;

const words = { verb: 'rebuilding', unit: 'positions', still: 'the rebuild does not move' };
const silent: Output = { write: () => true };

interface Stage {
  readonly server: DemoServer;
  readonly run: string;
  readonly palette: Palette;
  readonly say: (line: string) => void;
  /** Begins a part of the demo. */
  readonly heading: (text: string) => void;
}

/** Records model calls one by one until it is told to stop; how many that were. */
const callsUntil = async ({ server, run }: Stage, signal: AbortSignal): Promise<number> => {
  const client = new ApiClient(server.service);
  const headers = { 'x-deployment-id': run };
  const call = {
    executionId: `${run}-by-hand`,
    agent: 'writer',
    model: 'gpt-4o',
    inputTokens: 900,
    outputTokens: 120,
    durationSeconds: 1.5,
  };
  let calls = 0;
  for (; !signal.aborted; calls += 1) {
    const { status } = await client.command('record-llm-call', call, headers);
    if (status !== 200) throw new Failure(`record-llm-call was answered ${status}`);
  }
  return calls;
};

const differing = ({ projections }: RebuildProgress): number =>
  projections.reduce((sum, { differences }) => {
    const { added = 0, missing = 0, changed = 0 } = differences ?? {};
    return sum + added + missing + changed;
  }, 0);

/** Builds every read model anew while calls go on, and takes them live. */
export const rebuildAll = async (stage: Stage): Promise<void> => {
  const { server, say, heading } = stage;
  const operator = new ApiClient(server.operator);
  const rebuilds = new RebuildClient(operator);
  const projections = await rebuilds.projections();
  const request: RebuildRequest = {
    projections,
    cutover: 'auto',
    dryRun: false,
    scope: {},
    maxEventsPerSecond: null,
    fromArchive: false,
  };
  const { events } = await rebuilds.plan(request);
  heading('Every read model is built anew, while calls go on');
  if (events > eventsAtMost) {
    say(`   left out: ${count(events)} events are many; see npm run rebuild -- --all --plan`);
    return;
  }
  const over = new AbortController();
  const calls = callsUntil(stage, over.signal);
  calls.catch(() => undefined); // told below
  const began = performance.now();
  try {
    const rebuildId = await rebuilds.start(request);
    const progress = (signal: AbortSignal): Promise<RebuildProgress> =>
      rebuilds.progress(rebuildId, signal);
    const ended = await new Following(progress, words, silent).toItsEnd(
      new AbortController().signal,
    );
    if (ended.state !== 'completed') {
      throw new Failure(
        `the rebuild ${rebuildId} is ${ended.state}: ${ended.reason ?? 'it waits'}`,
      );
    }
    over.abort();
    const took = duration(performance.now() - began);
    say(
      `   ${counted(projections.length, 'read model')} from ${counted(events, 'event')}: ${took}`,
    );
    say(`   ${counted(differing(ended), 'row')} differ from what was live: cut over by itself`);
    say(`   ${counted(await calls, 'call')} recorded meanwhile, one by one`);
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.code !== 'rebuild-under-way') throw error;
    say('   left out: another rebuild is under way');
  } finally {
    over.abort();
    await calls.catch(() => undefined);
  }
};

/** Has the ledger and every read model proven. */
export const prove = async ({ server, palette, say, heading }: Stage): Promise<void> => {
  heading('Proof that nothing was lost');
  const operator = new ApiClient(server.operator);
  const proof = await operator.get('/v1/verify', {}, proofSchema);
  const { holds, ledger } = proof;
  say(`   ${counted(ledger.events, 'event')}, ledger hash ${ledger.hash.slice(0, 16)}…`);
  say(`   ${counted(proof.projections.length, 'read model')} folded anew and compared`);
  say(
    `   ${holds ? palette.good('everything holds') : palette.bad('something does not hold: npm run verify')}`,
  );
};
