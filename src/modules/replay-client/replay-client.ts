import { z } from 'zod';
import type { ApiClient } from '../cli/api-client';
import type { Scope } from '../event-export/scope-flags';
import { countsAnswerSchema } from '../reading/event.schemas';
import { replayProgressSchema } from '../replay/replay.schemas';
import type { ReplayProgress } from '../replay/replay.schemas';

/** A replay as it is asked for. */
export interface ReplayRequest {
  readonly topic: string;
  readonly scope: Scope;
  readonly maxEventsPerSecond: number | null;
}

const planAnswer = z.object({
  plan: countsAnswerSchema.extend({ topic: z.string(), secondsAtLeast: z.int().nullable() }),
});
export type ReplayPlan = z.output<typeof planAnswer>['plan'];

const startAnswer = z.object({ effects: z.object({ replayId: z.string() }) });

/** Replays by the API of a server. Every method throws Refused or Unreachable. */
export class ReplayClient {
  constructor(private readonly client: ApiClient) {}

  /** What a replay would send; nothing is recorded. */
  async plan(request: ReplayRequest): Promise<ReplayPlan> {
    return planAnswer.parse(
      await this.client.issue('start-replay', { ...bodyOf(request), dryRun: true }),
    ).plan;
  }

  /** The id of the replay that it starts. */
  async start(request: ReplayRequest): Promise<string> {
    return startAnswer.parse(await this.client.issue('start-replay', bodyOf(request))).effects
      .replayId;
  }

  async steer(name: 'pause' | 'resume' | 'cancel', replayId: string): Promise<void> {
    await this.client.issue(`${name}-replay`, { replayId });
  }

  progress(replayId: string, signal?: AbortSignal): Promise<ReplayProgress> {
    return this.client.get(
      `/v1/replays/${encodeURIComponent(replayId)}`,
      {},
      replayProgressSchema,
      signal,
    );
  }
}

const bodyOf = ({ maxEventsPerSecond, ...request }: ReplayRequest): object => ({
  ...request,
  ...(maxEventsPerSecond === null ? {} : { maxEventsPerSecond }),
});
