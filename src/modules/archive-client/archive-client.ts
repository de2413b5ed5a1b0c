import { z } from 'zod';
import {
  archiveProgressSchema,
  archiveProofLineSchema,
  archivesSchema,
} from '../archive/archive.schemas';
import type { ArchiveProgress, ArchivesTold } from '../archive/archive.schemas';
import type { ApiClient } from '../cli/api-client';

/** An export as it is asked for. */
export interface ArchiveRequest {
  readonly partition: string;
  /** Whether files of it that there are already are replaced. */
  readonly again: boolean;
  readonly maxEventsPerSecond: number | null;
}

const planAnswer = z.object({
  plan: z.object({
    partition: z.string(),
    firstPosition: z.string(),
    lastPosition: z.string(),
    events: z.int(),
    folder: z.string(),
    isArchived: z.boolean(),
  }),
});
export type ArchivePlan = z.output<typeof planAnswer>['plan'];

type ProofLine = z.output<typeof archiveProofLineSchema>;

/** Archives by the API of a server. Every method throws Refused or Unreachable. */
export class ArchiveClient {
  constructor(private readonly client: ApiClient) {}

  /** Every partition there is, the oldest first. */
  all(): Promise<ArchivesTold> {
    return this.client.get('/v1/archives', {}, archivesSchema);
  }

  /** What an export would write; nothing is recorded. */
  async plan(request: ArchiveRequest): Promise<ArchivePlan> {
    const answer = await this.client.issue('start-archive', { ...bodyOf(request), dryRun: true });
    return planAnswer.parse(answer).plan;
  }

  async start(request: ArchiveRequest): Promise<void> {
    await this.client.issue('start-archive', bodyOf(request));
  }

  async cancel(partition: string): Promise<void> {
    await this.client.issue('cancel-archive', { partition });
  }

  progress(partition: string, signal?: AbortSignal): Promise<ArchiveProgress> {
    return this.client.get(
      `/v1/archives/${encodeURIComponent(partition)}`,
      {},
      archiveProgressSchema,
      signal,
    );
  }

  /** A proof of these partitions, or of all that are archived: its progress, at the end the proof. */
  proof(partitions: readonly string[], signal?: AbortSignal): AsyncGenerator<ProofLine> {
    const query = partitions.length === 0 ? {} : { partitions: partitions.join(',') };
    return this.client.rows('/v1/archives/proof', query, archiveProofLineSchema, signal);
  }
}

const bodyOf = ({ maxEventsPerSecond, ...request }: ArchiveRequest): object => ({
  ...request,
  ...(maxEventsPerSecond === null ? {} : { maxEventsPerSecond }),
});
