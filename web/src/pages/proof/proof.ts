import { signal } from '@preact/signals';
import type { paths, Schema } from '../../api/contract';
import { ApiProblem } from '../../api/problem';
import { ask } from '../../api/request';
import { linesOf } from '../../api/lines';

type Line = paths['/v1/verify']['get']['responses'][200]['content']['application/x-ndjson'];

export type Proof = Schema<'Proof'>;
export type ProjectionProof = Proof['projections'][number];
export type ProofProgress = Extract<Line, { readonly progress: unknown }>['progress'];

/** Kept while the tab is open: whoever comes back to the page finds the last proof. */
export const lastProof = signal<Proof | undefined>(undefined);
export const progress = signal<ProofProgress | 'starting' | undefined>(undefined);
export const proofProblem = signal<ApiProblem | undefined>(undefined);

let stopping = new AbortController();

/** Ends the proof that is under way, here and on the server. */
export const stopProof = (): void => {
  stopping.abort();
};

const brokenOff = new ApiProblem(0, 'broken-off', 'The proof broke off before its end.');

const follow = async (signal: AbortSignal): Promise<void> => {
  const headers = { accept: 'application/x-ndjson' };
  const response = await ask('/v1/verify', { headers, signal });
  for await (const line of linesOf<Line>(response)) {
    if ('progress' in line) progress.value = line.progress;
    else {
      lastProof.value = line.proof;
      return;
    }
  }
  throw brokenOff;
};

/** Has everything proven, from the first event on. */
export const prove = async (): Promise<void> => {
  stopping = new AbortController();
  const { signal } = stopping;
  progress.value = 'starting';
  proofProblem.value = undefined;
  try {
    await follow(signal);
  } catch (error) {
    if (!signal.aborted) proofProblem.value = error instanceof ApiProblem ? error : brokenOff;
  } finally {
    progress.value = undefined;
  }
};
