import { signal } from '@preact/signals';
import { ApiProblem } from '../../api/problem';
import { ask } from '../../api/request';
import { linesOf } from '../../api/lines';

interface Fault {
  readonly kind: string;
  readonly detail: string;
}

interface LedgerProof {
  readonly holds: boolean;
  readonly position: string;
  readonly hash: string;
  readonly events: number;
  readonly commits: number;
  readonly faultCount: number;
  readonly faults: readonly Fault[];
}

export interface ProjectionProof {
  readonly projection: string;
  readonly version: number;
  readonly generation: string;
  readonly position: string;
  readonly ledgerHash: string | null;
  readonly rows: number;
  readonly contentHash: string;
  readonly holds: boolean;
  readonly faultCount: number;
  readonly faults: readonly Fault[];
}

interface TopicProof {
  readonly holds: boolean;
  readonly topic: string;
  readonly position: string;
  readonly messages: number;
  readonly resent: number;
  readonly faultCount: number;
  readonly faults: readonly Fault[];
}

export interface Proof {
  readonly holds: boolean;
  readonly startedAt: string;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly ledger: LedgerProof;
  readonly projections: readonly ProjectionProof[];
  readonly kafka: TopicProof | null;
}

export interface ProofProgress {
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly ratePerSecond: number;
  readonly secondsLeft: number | null;
}

type Line = { readonly progress: ProofProgress } | { readonly proof: Proof };

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
