/* Alerts as an operator meets them, over HTTP. */
import type { Client } from './client';
import { eventually } from './eventually';

export interface AlertRow {
  readonly alert: string;
  readonly rule: string;
  readonly severity: string;
  readonly status: string;
  readonly value: number | null;
  readonly samples: number;
  readonly deploymentId: string;
  readonly proposesRollback: boolean;
  readonly [column: string]: unknown;
}

/** A rule that fires as soon as it can: the first fault is enough. */
export const soon = { forSeconds: 0, smallestSample: 4 } as const;

const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };

/** Executions that were scored, each once: 9 may be published, 5 may not. */
export const score = async (client: Client, prefix: string, scores: readonly number[]) => {
  const lines = scores.flatMap((value, index) => {
    const executionId = `${prefix}-${String(index)}`;
    return [
      { command: 'start-execution', data: { executionId } },
      { command: 'score-quality', data: { executionId, score: value, gates } },
    ];
  });
  const { body } = await client.bulk(lines);
  expect(body.filter(({ status }) => status !== 200)).toEqual([]);
};

export const failing = (count: number): number[] => new Array<number>(count).fill(5);
export const passing = (count: number): number[] => new Array<number>(count).fill(9);

export const alertRows = async (client: Client): Promise<AlertRow[]> => {
  const { body } = await client.get<{ rows: AlertRow[] }>('/v1/projections/alerts?sort=firedAt');
  return body.rows;
};

/** Waits until an alert has these values. */
export const alertLike = (client: Client, wanted: Partial<AlertRow>): Promise<AlertRow> =>
  eventually(`an alert with ${JSON.stringify(wanted)}`, async () => {
    const rows = await alertRows(client);
    const found = rows.find((row) =>
      Object.entries(wanted).every(([column, value]) => row[column] === value),
    );
    if (found === undefined) throw new Error(JSON.stringify(rows));
    return found;
  });
