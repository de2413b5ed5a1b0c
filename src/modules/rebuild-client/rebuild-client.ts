import { z } from 'zod';
import type { ApiClient } from '../cli/api-client';
import { queryOf } from '../event-export/scope-flags';
import type { Scope } from '../event-export/scope-flags';
import { rebuildPlanSchema, rebuildProgressSchema } from '../rebuild/rebuild.schemas';
import type { RebuildPlan, RebuildProgress } from '../rebuild/rebuild.schemas';

/** A rebuild as it is asked for. */
export interface RebuildRequest {
  readonly projections: readonly string[];
  readonly cutover: 'auto' | 'manual';
  readonly dryRun: boolean;
  readonly scope: Scope;
  readonly maxEventsPerSecond: number | null;
  /** Whether what is archived is read from the files. */
  readonly fromArchive: boolean;
}

const startAnswer = z.object({ effects: z.object({ rebuildId: z.string() }) });
const revertAnswer = z.object({ effects: z.object({ from: z.string(), to: z.string() }) });
const listAnswer = z.object({ projections: z.array(z.object({ name: z.string() })) });

/** Rebuilds by the API of a server. Every method throws Refused or Unreachable. */
export class RebuildClient {
  constructor(private readonly client: ApiClient) {}

  /** The names of all projections there are. */
  async projections(): Promise<string[]> {
    const { projections } = await this.client.get('/v1/projections', {}, listAnswer);
    return projections.map(({ name }) => name);
  }

  /** What a rebuild would take; nothing is recorded. */
  plan({ projections, scope }: RebuildRequest): Promise<RebuildPlan> {
    const query = { projections: projections.join(','), ...queryOf(scope) };
    return this.client.get('/v1/rebuilds/plan', query, rebuildPlanSchema);
  }

  /** The id of the rebuild that it starts. */
  async start({ maxEventsPerSecond, ...request }: RebuildRequest): Promise<string> {
    const body = { ...request, ...(maxEventsPerSecond === null ? {} : { maxEventsPerSecond }) };
    return startAnswer.parse(await this.client.issue('start-rebuild', body)).effects.rebuildId;
  }

  async steer(name: 'pause' | 'resume' | 'cancel', rebuildId: string): Promise<void> {
    await this.client.issue(`${name}-rebuild`, { rebuildId });
  }

  async cutOver(
    rebuildId: string,
    accept: readonly string[],
    reason: string | undefined,
  ): Promise<void> {
    const body = { rebuildId, accept, ...(reason === undefined ? {} : { reason }) };
    await this.client.issue('cut-over-rebuild', body);
  }

  /** The generation that was live, and the one that is now. */
  async revert(projection: string, reason: string): Promise<{ from: string; to: string }> {
    return revertAnswer.parse(await this.client.issue('revert-projection', { projection, reason }))
      .effects;
  }

  progress(rebuildId: string, signal?: AbortSignal): Promise<RebuildProgress> {
    return this.client.get(
      `/v1/rebuilds/${encodeURIComponent(rebuildId)}`,
      {},
      rebuildProgressSchema,
      signal,
    );
  }

  /** Every row that differs, as JSON lines. */
  differences(rebuildId: string, signal?: AbortSignal): AsyncGenerator<string> {
    return this.client.lines(`/v1/rebuilds/${encodeURIComponent(rebuildId)}/diff`, {}, signal);
  }
}
