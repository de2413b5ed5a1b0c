import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Context } from '../context';
import { below, measured } from '../figures';
import type { Row } from '../figures';
import type { Flowledger } from '../flowledger';
import { driveBeside, rate } from './drive-beside';
import { percentiles, quantile } from './percentiles';

/** Notes every number that the first figure shows, and when. */
const watchFigure = `
globalThis.shown = [];
const figure = document.querySelector('[aria-label="Last 24 hours"] .figure__value');
const note = () => {
  const value = Number(figure.textContent.replaceAll(',', ''));
  if (value === globalThis.shown.at(-1)?.value) return;
  globalThis.shown.push({ value, at: performance.timeOrigin + performance.now() });
};
note();
new MutationObserver(note).observe(figure, { subtree: true, childList: true, characterData: true });`;

interface Shown {
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Resolves with how many milliseconds the answer took. */
const start = async ({ url, key }: Flowledger, executionId: string): Promise<number> => {
  const sent = performance.now();
  const answer = await fetch(`${url}/v1/commands/start-execution`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ executionId }),
  });
  if (answer.status !== 200) throw new Error(`start-execution answered ${answer.status}`);
  await answer.arrayBuffer();
  return performance.now() - sent;
};

interface Seen {
  /** From sending a command until the figure counts it. */
  readonly counted: readonly number[];
  /** Of it, until the command's own answer. */
  readonly answered: readonly number[];
}

/** Ten executions a second, which keep the figure changing; each from its sending until it is counted. */
const seenAfter = async (context: Context, page: Page, server: Flowledger): Promise<Seen> => {
  const seconds = context.quick ? 6 : 30;
  context.say(`dashboard: ${rate} calls/s for ${seconds} s, and what the overview shows of it`);
  await page.evaluate(watchFigure);
  const [before] = await page.evaluate<Shown[]>('shown');
  const driving = driveBeside(context, server, 'updates', seconds);
  const sent: number[] = [];
  const answered: number[] = [];
  const last = performance.now() + seconds * 1_000;
  while (performance.now() < last) {
    sent.push(performance.timeOrigin + performance.now());
    answered.push(await start(server, `seen-${String(sent.length)}`));
    await delay(50 + Math.random() * 100);
  }
  await driving;
  const first = (before?.value ?? 0) + 1;
  await page.waitForFunction(`shown.at(-1).value >= ${first + sent.length - 1}`);
  const shown = await page.evaluate<Shown[]>('shown');
  const counted = sent.map((at, index) => {
    const seen = shown.find(({ value }) => value >= first + index);
    return (seen?.at ?? Number.NaN) - at;
  });
  return { counted, answered };
};

/** From an event to the figure that counts it, while the server is driven. */
export const updates = async (context: Context, page: Page, server: Flowledger): Promise<Row[]> => {
  const { counted, answered } = await seenAfter(context, page, server);
  const note = `${percentiles(counted)}; of it the command's own answer: ${percentiles(answered)}`;
  const figure = `event to figure at ${rate}/s`;
  const budget = below(1_000, 'ms');
  return [
    measured({ figure: `${figure}, p50`, unit: 'ms', note }, [quantile(counted, 0.5)]),
    measured({ figure: `${figure}, p95`, unit: 'ms', budget }, [quantile(counted, 0.95)]),
  ];
};
