import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, Refused } from '../../src/modules/cli/api-client';
import { counted } from '../../src/modules/cli/amounts';
import type { Palette } from '../../src/modules/cli/terminal';
import { Failure } from '../../src/modules/cli/verb';
import { RollbackClient } from '../../src/modules/rollback-client/rollback-client';
import type { RollbackRequest } from '../../src/modules/rollback-client/rollback-client';
import type { RollbackProgress } from '../../src/modules/rollback/rollback.schemas';
import type { DemoServer } from './demo-server';
import { Deploying } from './deploying';
import { Chance } from './random';
import { Traffic } from './traffic';

const lookMilliseconds = 50;
const articlesUntilSeen = 20;

interface Stage {
  readonly server: DemoServer;
  readonly run: string;
  readonly seed: number;
  readonly palette: Palette;
  readonly say: (line: string) => void;
  /** Begins a part of the demo. */
  readonly heading: (text: string) => void;
  /** What the style memory is asked meanwhile. */
  readonly questions: readonly string[];
}

const rate = ({ measured }: { readonly measured: number | null }): string =>
  `${String(measured)} % of the articles pass the editor's gate`;

/** Whether somebody else, another demo for instance, steers deployments at the same time. */
const isCrossed = (error: unknown): error is Refused =>
  error instanceof Refused && error.problem.status === 409;

/**
 * Two deployments one after the other while articles go on: the second with evidence and signatures,
 * until it degrades and is rolled back. `between` runs once, while the second is live.
 */
export const deployAndRollBack = async (
  stage: Stage,
  between: () => Promise<void>,
): Promise<void> => {
  const { server, run, seed, say, heading, questions } = stage;
  const deploying = new Deploying(server.operator);
  const traffic = new Traffic(server.service, run, new Chance(seed), questions);
  heading('A deployment goes live with evidence, while articles go on');
  const live = await deploying.live();
  if (live !== null && !live.startsWith('demo-')) {
    say(`   left out: ${live} is live, and stays so`);
    return between();
  }
  let isBetween = true;
  traffic.start();
  try {
    await goLive(stage, deploying, traffic);
    isBetween = false;
    await between();
    await degrade(stage, deploying, traffic);
  } catch (error) {
    if (!isCrossed(error)) throw error;
    say(`   left out: ${error.problem.detail}`);
  } finally {
    await traffic.stop();
  }
  if (isBetween) await between();
  say(`   ${counted(traffic.written, 'article')} written meanwhile, none lost`);
};

const goLive = async (
  { run, say }: Stage,
  deploying: Deploying,
  traffic: Traffic,
): Promise<void> => {
  const [before, candidate] = [`${run}-v1`, `${run}-v2`];
  await deploying.begin(before, '1.0');
  const hash = await deploying.prepare(candidate, '2.0');
  say(`   ${candidate} is planned, checked, and signed by four: ${hash.slice(0, 16)}…`);
  for (const share of [50, 100]) {
    const check = await deploying.promote(candidate, share, traffic);
    say(`   ${`${String(share)} %`.padStart(5)} of the traffic: ${rate(check)}`);
  }
  await deploying.complete(candidate, traffic);
  say(`   live, in the place of ${before}`);
};

const degrade = async (stage: Stage, deploying: Deploying, traffic: Traffic): Promise<void> => {
  const { run, palette, say, heading } = stage;
  const candidate = `${run}-v2`;
  heading('The deployment degrades, and is rolled back');
  traffic.passes = 0.3;
  let check;
  do {
    await traffic.writes(articlesUntilSeen);
    check = await deploying.measure(candidate, traffic);
  } while (check.outcome !== 'failed');
  say(
    `   ${palette.bad(check.outcome)}: ${rate(check)}, of ${String(check.threshold)} % asked for`,
  );
  await rollBack(stage, candidate);
  traffic.passes = 1;
  await traffic.writes(1);
  const { heldBack } = traffic;
  const pause = heldBack === 0 ? '' : `, held back ${counted(heldBack, 'time')} for a moment`;
  say(`   new articles go on under ${run}-v1${pause}`);
};

/** Starts a rollback, or its rehearsal, and follows it to its end. */
const ended = async (
  rollbacks: RollbackClient,
  request: RollbackRequest,
): Promise<RollbackProgress> => {
  const rollbackId = await rollbacks.start(request);
  let seen: RollbackProgress;
  do {
    await delay(lookMilliseconds);
    seen = await rollbacks.progress(rollbackId);
  } while (seen.state === 'running');
  return seen;
};

/** One that gave way to somebody else's rollback is no end to this. */
const rehearsalText = ({ done, seconds, failure }: RollbackProgress): string =>
  failure === null
    ? `rehearsed first: ${String(done)} steps in ${seconds.toFixed(2)} s, beside what is live`
    : `the rehearsal failed at ${failure.step}: ${failure.cause}`;

const rollBack = async ({ server, palette, say }: Stage, deploymentId: string): Promise<void> => {
  const rollbacks = new RollbackClient(new ApiClient(server.operator));
  const request = {
    deploymentId,
    mode: 'code',
    reason: 'the editor lets too little pass',
  } as const;
  say(`   ${rehearsalText(await ended(rollbacks, { ...request, rehearsal: true }))}`);
  const seen = await ended(rollbacks, request);
  for (const { number, step, seconds, budgetSeconds } of seen.steps) {
    const time = seconds === null ? '-' : `${seconds.toFixed(2)} s of ${String(budgetSeconds)} s`;
    say(`   ${String(number)}/9  ${step.padEnd(22)} ${time}`);
  }
  if (seen.state !== 'completed') throw new Failure(seen.failure?.cause ?? `it is ${seen.state}`);
  const took = palette.good(`${seen.seconds.toFixed(2)} s`);
  say(`   ${deploymentId} is rolled back to ${seen.to} in ${took}; its report:`);
  say(`   /v1/rollbacks/${seen.rollbackId}, as text/markdown`);
};
