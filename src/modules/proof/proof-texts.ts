import { setTimeout as wait } from 'node:timers/promises';
import { Meter } from './meter';

const progressMilliseconds = 1_000;

/** Proves something, and tells a meter how far it is. @throws Error once `signal` is aborted. */
export type Prove = (meter: Meter, signal: AbortSignal) => Promise<object>;

/** The proof as one JSON text. */
export async function* wholeProof(prove: Prove, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield JSON.stringify(await prove(new Meter(), signal));
  } catch (error) {
    if (!signal.aborted) throw error; // else nobody is there any more to be told
  }
}

/** Progress every second, then the proof, as JSON lines; ends the proof when the reader is gone. */
export async function* proofLines(prove: Prove, signal: AbortSignal): AsyncGenerator<string> {
  const over = new AbortController();
  const meter = new Meter();
  const proof = prove(meter, AbortSignal.any([signal, over.signal]));
  try {
    for (;;) {
      const second = wait(progressMilliseconds, null, { signal: over.signal }).catch(() => null);
      const proven = await Promise.race([proof, second]);
      if (proven !== null) {
        yield `${JSON.stringify({ proof: proven })}\n`;
        return;
      }
      yield `${JSON.stringify({ progress: meter.progress })}\n`;
    }
  } finally {
    over.abort();
    await proof.catch(() => undefined);
  }
}
