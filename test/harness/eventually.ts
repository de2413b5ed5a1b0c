/*
 * Waiting for a condition, in place of sleeping: asked again and again, and given up with the last
 * answer after a time that no working system takes, on a machine that has much else to do as well.
 */
import { setTimeout as pause } from 'node:timers/promises';

interface Patience {
  /** Milliseconds. */
  readonly within?: number;
  /** Milliseconds from an answer to the next question, for who must not miss a moment. */
  readonly every?: number;
}

/** Asking takes a fifth of the time at most: whoever is waited for needs the same cores. */
const restPerQuestion = 4;
const rest = { least: 10, most: 500 } as const;

const restAfter = (took: number): number =>
  Math.min(Math.max(took * restPerQuestion, rest.least), rest.most);

/**
 * The first answer of `probe` that is neither false nor undefined nor null; a probe that throws is
 * asked again.
 *
 * @throws Error naming `what` and the last answer or failure.
 */
export const eventually = async <T>(
  what: string,
  probe: () => T | Promise<T>,
  { within = 60_000, every }: Patience = {},
): Promise<Exclude<T, false | null | undefined>> => {
  const end = performance.now() + within;
  let last: unknown;
  let isOver = false;
  // Asked once more when the time is over: this process itself may have stood still until then.
  for (;;) {
    const asked = performance.now();
    try {
      const answer = await probe();
      if (answer !== false && answer !== null && answer !== undefined) {
        return answer as Exclude<T, false | null | undefined>;
      }
      last = answer;
    } catch (error) {
      last = error;
    }
    if (isOver) break;
    await pause(every ?? restAfter(performance.now() - asked));
    isOver = performance.now() >= end;
  }
  const seen = last instanceof Error ? last.message : JSON.stringify(last);
  throw new Error(`${what}: not within ${String(within)} ms, last: ${seen}`);
};
