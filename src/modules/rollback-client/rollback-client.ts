import { z } from 'zod';
import type { ApiClient } from '../cli/api-client';
import { rollbackPlanSchema, rollbackProgressSchema } from '../rollback/rollback.schemas';
import type { RollbackPlan, RollbackProgress } from '../rollback/rollback.schemas';

/** A rollback as it is asked for. */
export interface RollbackRequest {
  readonly deploymentId: string;
  readonly to?: string;
  readonly mode: 'code' | 'data';
  readonly reason: string;
  /** Nothing that is live is touched. */
  readonly rehearsal?: boolean;
}

const planAnswer = z.object({ plan: rollbackPlanSchema });
const startAnswer = z.object({ effects: z.object({ rollbackId: z.string() }) });

/** Rollbacks by the API of a server. Every method throws Refused or Unreachable. */
export class RollbackClient {
  constructor(private readonly client: ApiClient) {}

  /** What each step would do; nothing is recorded. */
  async plan(request: RollbackRequest): Promise<RollbackPlan> {
    return planAnswer.parse(await this.client.issue('start-rollback', { ...request, dryRun: true }))
      .plan;
  }

  /** The id of the rollback that it starts. */
  async start(request: RollbackRequest): Promise<string> {
    return startAnswer.parse(await this.client.issue('start-rollback', request)).effects.rollbackId;
  }

  async retry(rollbackId: string, parkUnreadable: boolean): Promise<void> {
    await this.client.issue('retry-rollback', { rollbackId, parkUnreadable });
  }

  async abort(rollbackId: string, reason: string): Promise<void> {
    await this.client.issue('abort-rollback', { rollbackId, reason });
  }

  progress(rollbackId: string, signal?: AbortSignal): Promise<RollbackProgress> {
    return this.client.get(
      `/v1/rollbacks/${encodeURIComponent(rollbackId)}`,
      {},
      rollbackProgressSchema,
      signal,
    );
  }

  /** As Markdown. */
  report(rollbackId: string): Promise<string> {
    return this.client.text(`/v1/rollbacks/${encodeURIComponent(rollbackId)}`, 'text/markdown');
  }
}
