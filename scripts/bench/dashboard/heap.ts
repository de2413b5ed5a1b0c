import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import type { Context } from '../context';
import { atMost, compared, median } from '../figures';
import type { Row } from '../figures';
import type { Flowledger } from '../flowledger';
import { driveBeside, rate } from './drive-beside';

/** MiB that are in use after a collection. */
const heapOf = async (session: CDPSession): Promise<number> => {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
};

/** Seconds that the page's main thread has worked. */
const workedBy = async (session: CDPSession): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
};

const quarterOf = (values: readonly number[], quarter: 0 | 3): readonly number[] => {
  const size = Math.max(1, Math.floor(values.length / 4));
  return quarter === 0 ? values.slice(0, size) : values.slice(-size);
};

/** A page that follows the ledger, and what the report calls it. */
export interface Followed {
  readonly name: string;
  readonly page: Page;
}

interface Watch {
  readonly sample: () => Promise<void>;
  readonly end: () => Promise<Row>;
}

const watch = async ({ name, page }: Followed): Promise<Watch> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const [worked, since] = [await workedBy(session), performance.now()];
  const heaps: number[] = [];
  return {
    sample: async () => {
      heaps.push(await heapOf(session));
    },
    end: async () => {
      const seconds = (performance.now() - since) / 1_000;
      const share = (100 * ((await workedBy(session)) - worked)) / seconds;
      await session.detach();
      const [first, last] = ([0, 3] as const).map((quarter) => median(quarterOf(heaps, quarter)));
      const note = `${heaps.length} samples over ${seconds.toFixed(0)} s, after a collection each; at most ${Math.max(...heaps).toFixed(1)} MiB; its main thread works ${share.toFixed(0)} % of the time`;
      return compared(
        { figure: `heap of the ${name}, last quarter`, unit: 'MiB', budget: atMost(1.1), note },
        [last ?? Number.NaN],
        { name: 'MiB in the first', samples: [first ?? Number.NaN] },
      );
    },
  };
};

/** The heaps of pages that follow the ledger beside each other, by quarters of the time. */
export const heapsOver = async (
  context: Context,
  followed: readonly Followed[],
  server: Flowledger,
): Promise<Row[]> => {
  const seconds =
    context.tailMinutes === null ? (context.quick ? 20 : 120) : context.tailMinutes * 60;
  const names = followed.map(({ name }) => name).join(' and the ');
  context.say(`dashboard: ${rate} calls/s for ${seconds} s, and the heap of the ${names}`);
  const driving = driveBeside(context, server, 'heap', seconds);
  const ended = new AbortController();
  const end = (): void => {
    ended.abort();
  };
  driving.then(end, end);
  // Full lists are no growth: what a tab keeps at most is there after the first seconds.
  await delay(Math.min(10, seconds / 4) * 1_000);
  const watches = await Promise.all(followed.map(watch));
  while (!ended.signal.aborted) {
    for (const { sample } of watches) await sample();
    await delay(1_000);
  }
  const rows = await Promise.all(watches.map((one) => one.end()));
  await driving;
  return rows;
};
