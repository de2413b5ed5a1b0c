/* Rebuilds as an operator sees them, over HTTP. */
import type { RebuildProgress } from '../../src/modules/rebuild/rebuild.schemas';
import type { Accepted, Answer, Client, Problem, RequestOptions } from './client';
import type { TestDatabase } from './database';
import { eventually } from './eventually';

type Answered = Answer<
  Accepted & Problem & { readonly effects?: Readonly<Record<string, unknown>> }
>;

/** A rebuild of all read models takes a minute where others work beside it. */
const patience = { within: 150_000 };

export interface Operator {
  issue(name: string, body: object, options?: RequestOptions): Promise<Answered>;
  /** Starts a rebuild and gives its id. */
  start(body: object): Promise<string>;
  progress(rebuildId: string): Promise<RebuildProgress>;
  /** Waits until it is in a state. */
  reaches(rebuildId: string, state: RebuildProgress['state']): Promise<RebuildProgress>;
  /** Starts a rebuild and waits for its end. */
  rebuild(body: object): Promise<RebuildProgress>;
}

export const operatorOf = (client: Client, key: string): Operator => {
  const issue: Operator['issue'] = (name, body, options) =>
    client.command(name, body, { key, ...options });
  const start: Operator['start'] = async (body) => {
    const { status, body: answer } = await issue('start-rebuild', body);
    if (status !== 200) throw new Error(`start-rebuild: ${JSON.stringify(answer)}`);
    return String(answer.effects?.['rebuildId']);
  };
  const progress: Operator['progress'] = async (rebuildId) =>
    (await client.get<RebuildProgress>(`/v1/rebuilds/${rebuildId}`, { key })).body;
  const reaches: Operator['reaches'] = (rebuildId, state) =>
    eventually(
      `rebuild ${rebuildId} ${state}`,
      async () => {
        const found = await progress(rebuildId);
        if (found.state === state) return found;
        throw new Error(JSON.stringify(found));
      },
      patience,
    );
  const rebuild: Operator['rebuild'] = async (body) => reaches(await start(body), 'completed');
  return { issue, start, progress, reaches, rebuild };
};

export interface GenerationRow {
  readonly id: string;
  readonly projection: string;
  readonly version: number;
  readonly state: string;
}

/** Every generation of a projection, the oldest first. */
export const generationsOf = (
  { sql }: Pick<TestDatabase, 'sql'>,
  projection: string,
): Promise<GenerationRow[]> =>
  sql<GenerationRow & object>(
    `select id, projection, version, state from ops.generations where projection = $1 order by created_at`,
    [projection],
  );

/** The schemas of read models, live or not, that there are. */
export const schemasOf = async ({ sql }: Pick<TestDatabase, 'sql'>): Promise<string[]> => {
  const rows = await sql<{ name: string }>(
    `select nspname as name from pg_namespace where nspname ~ '_v[0-9]+_[0-9]+$' order by 1`,
  );
  return rows.map(({ name }) => name);
};
