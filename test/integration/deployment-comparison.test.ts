import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Problem } from '../harness/client';
import { deployerOf } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import type { Comparison } from '../../src/modules/deployment/comparison/comparison.schemas';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };
const at = (minute: number): string => `2026-01-08T22:${String(minute).padStart(2, '0')}:00.000Z`;

const record = async (deployment: string, ...lines: readonly (readonly [string, object])[]) => {
  let position = '0';
  for (const [name, body] of lines) {
    const headers = { 'x-deployment-id': deployment };
    const answer = await app.client.command(name, body, { headers });
    expect([name, answer.status, answer.body.detail]).toEqual([name, 200, undefined]);
    position = answer.body.position;
  }
  return position;
};

/** An article from its start at a minute to its publishing, with one call that has a price. */
const article = (executionId: string, minute: number, minutes: number, costUsd: number) => {
  const id = { executionId };
  const call = { agent: 'writer', model: 'm', inputTokens: 10, outputTokens: 10 };
  const staged = ['discover_topics', 'editorial_review', 'generate_content'].flatMap(
    (stage): [string, object][] => [
      ['start-stage', { ...id, stage, occurredAt: at(minute) }],
      ['complete-stage', { ...id, stage, occurredAt: at(minute) }],
    ],
  );
  return [
    ['start-execution', { ...id, occurredAt: at(minute) }],
    ...staged,
    ['record-llm-call', { ...id, ...call, durationSeconds: 2, costUsd, occurredAt: at(minute) }],
    ['start-stage', { ...id, stage: 'quality_gate', occurredAt: at(minute) }],
    ['score-quality', { ...id, score: 9, gates, occurredAt: at(minute) }],
    ['complete-stage', { ...id, stage: 'quality_gate', occurredAt: at(minute) }],
    ['publish-article', { ...id, occurredAt: at(minute + minutes) }],
    ['complete-execution', { ...id, occurredAt: at(minute + minutes) }],
  ] as const;
};

const compare = async (one: string, other: string, more = '', key?: string) =>
  app.client.get<Comparison & Problem>(
    `/v1/deployments/${one}/comparison?with=${other}${more}`,
    key === undefined ? {} : { key },
  );

describe('two deployments side by side', () => {
  let before: string;
  let position: string;
  beforeAll(async () => {
    const operator = deployerOf(app.client, app.keys.operator);
    await operator.take(['set-hourly-rate', { usd: 75, effectiveFrom: '2020-01-01' }]);
    await operator.take([
      'set-benchmark',
      { agent: 'writer', hours: 3, effectiveFrom: '2020-01-01' },
    ]);
    await operator.take(['plan-deployment', { deploymentId: 'd2', version: '2.4.0' }]);
    await record('d1', ...article('a1', 0, 4, 0.1), ...article('a2', 1, 8, 0.2));
    before = await record('d2', ...article('b1', 2, 6, 0.6));
    const failing = { executionId: 'b2' };
    position = await record(
      'd2',
      ['start-execution', { ...failing, occurredAt: at(3) }],
      ['score-quality', { ...failing, score: 5, gates, occurredAt: at(3) }],
      ['fail-execution', { ...failing, occurredAt: at(4) }],
      ['start-execution', { executionId: 'b3', occurredAt: at(5) }],
    );
  });

  it('are measured each by what was recorded under it, as computed by hand', async () => {
    const { status, body } = await compare('d2', 'd1', `&minPosition=${position}`);
    expect(status).toBe(200);
    expect(BigInt(body.position)).toBeGreaterThanOrEqual(BigInt(position));
    const [second, first] = body.deployments;
    expect(first).toMatchObject({
      deploymentId: 'd1',
      version: null,
      status: null,
      executions: { sample: 2, byStatus: { completed: 2 } },
      errorRate: { percent: 0, sample: 2, isSmallSample: true },
      gatePassRate: { percent: 100, sample: 2 },
      costPerPublished: { costNanoUsd: '150000000', costUsd: 0.15, sample: 2 },
      revisions: { mean: 0, most: 0, sample: 2 },
      // Two articles by a writer: 2 x 3 h x 75 USD, by 0.3 USD.
      multiplier: { value: 1_500, costNanoUsd: '300000000', costUsd: 0.3, sample: 2 },
      executionMs: { p50: 240_000, p95: 480_000, sample: 2, isSmallSample: true },
      callMs: { sample: 2 },
      styleQueryMs: { p50: null, p95: null, sample: 0 },
    });
    expect(Math.abs(Number(first?.callMs.p95) - 2_000)).toBeLessThan(100); // within 5 %
    expect(second).toMatchObject({
      deploymentId: 'd2',
      version: '2.4.0',
      status: 'draft',
      executions: { sample: 3, byStatus: { completed: 1, failed: 1, running: 1 } },
      errorRate: { percent: 50, sample: 2 },
      gatePassRate: { percent: 50, sample: 2 },
      costPerPublished: { costNanoUsd: '600000000', sample: 1 },
      revisions: { mean: 0.5, most: 1, sample: 2 },
      multiplier: { value: 375, costNanoUsd: '600000000', sample: 1 },
      executionMs: { p50: 360_000, p95: 360_000, sample: 1 },
    });
  });

  it('are shown as of a past moment, with what was known then', async () => {
    const { body } = await eventually('the moment is built', async () => {
      const answer = await compare('d2', 'd1', `&asOf=${before}`, app.keys.analyst);
      if (answer.status === 200) return answer;
      throw new Error(JSON.stringify(answer.body));
    });
    expect(body.position).toBe(before);
    expect(body.deployments[0]).toMatchObject({
      executions: { byStatus: { completed: 1 } },
      errorRate: { percent: 0, sample: 1 },
    });
  });

  it('can be one that nobody planned, and the one before all others', async () => {
    const { status, body } = await compare('d1', 'initial');
    expect(status).toBe(200);
    expect(body.deployments[1]).toMatchObject({ executions: { sample: 0 } });
  });

  it('are read at one position while facts are recorded: what is counted twice agrees', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => `moving-${String(index)}`).flatMap(
      (executionId) => [
        { command: 'start-execution', data: { executionId } },
        { command: 'score-quality', data: { executionId, score: 9, gates } },
      ],
    );
    const recording = app.client.bulk(lines, { headers: { 'x-deployment-id': 'd3' } });
    let scored = 0;
    while (scored < 300) {
      const { status, body } = await compare('d1', 'd3');
      if (status === 404) continue; // before the first of them
      if (body.code === 'read-models-not-level') continue; // no answer, rather than a wrong one
      const [, moving] = body.deployments;
      expect([status, moving?.gatePassRate.sample]).toEqual([200, moving?.revisions.sample]);
      scored = moving?.revisions.sample ?? 0;
    }
    expect((await recording).body.every((line) => line.status === 200)).toBe(true);
  });

  it('are two, both of which are known', async () => {
    expect(await compare('d1', 'd1')).toMatchObject({
      status: 400,
      body: { code: 'malformed', errors: [{ path: 'with' }] },
    });
    expect(await compare('d1', 'd9')).toMatchObject({
      status: 404,
      body: { code: 'deployment-unknown', detail: expect.stringContaining('d9') },
    });
    const alone = await app.client.get<Problem>('/v1/deployments/d1/comparison');
    expect([alone.status, alone.body.errors?.[0]?.path]).toEqual([400, 'with']);
  });
});
