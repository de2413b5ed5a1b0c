/* Production checks, class ROI: what the models cost against what people would have. */
import type { TestApp } from '../harness/app';
import { clientOf } from '../harness/client';
import { startOwnProcess } from './own-process';
import {
  complete,
  issue,
  medianBelow,
  pricedModel,
  recordCall,
  rowsAt,
  start,
  startPipeline,
} from './pipeline';

jest.setTimeout(300_000); // a median is taken again while the machine has other work

describe('return on investment', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await startPipeline();
  });
  afterEach(() => app.stop());

  const total = async (position: string): Promise<Record<string, unknown>> => {
    const [row, ...others] = await rowsAt(app.client, 'roi-totals?groupBy=', position);
    expect(others).toEqual([]);
    return row!;
  };

  /** An execution in which each of the agents calls a model once; completed. */
  const workOf = async (...agents: readonly string[]): Promise<string> => {
    const executionId = await start(app.client);
    for (const agent of agents)
      await recordCall(app.client, { executionId, agent, ...pricedModel });
    return (await complete(app.client, executionId)).position;
  };

  test('one tracker counts for all callers, whoever they are and however they send', async () => {
    const executionId = await start(app.client);
    const callers = [app.client, clientOf(app.url, app.keys.operator)];
    for (const client of callers) {
      await recordCall(client, { executionId, agent: 'writer', ...pricedModel });
      const call = { executionId, agent: 'writer', inputTokens: 10, outputTokens: 5 };
      const data = { ...call, ...pricedModel, durationSeconds: 1 };
      const { body } = await client.bulk([{ command: 'record-llm-call', data }]);
      expect(body).toMatchObject([{ status: 200 }]);
    }
    const { position } = await issue(app.client, 'heartbeat-execution', { executionId });
    expect(await rowsAt(app.client, 'roi-totals?groupBy=agent', position)).toMatchObject([
      { agent: 'writer', calls: '4', inputTokens: '2020', costNanoUsd: String(4 * 7_500_000) },
    ]);
  });

  test('a call of 1,000 and 500 tokens is tracked as 1,500', async () => {
    const executionId = await start(app.client);
    const { position } = await recordCall(app.client, {
      executionId,
      agent: 'writer_agent',
      ...pricedModel,
    });
    const { calls, inputTokens, outputTokens, costUsd } = await total(position);
    expect({ calls, tokens: Number(inputTokens) + Number(outputTokens), costUsd }).toEqual({
      calls: '1',
      tokens: 1_500,
      costUsd: 0.0075,
    });
  });

  test('the hours a person would have worked are counted by agent, once an execution completes', async () => {
    const position = await workOf(
      'research_agent', // 2 h
      'writer', // 3 h, by its own name
      'writer', // and once only
      'editor_agent', // 1 h
      'graphics_agent', // 0.5 h
      'planner', // 1 h, as any other
    );
    const { humanHours, humanCostUsd } = await total(position);
    expect([humanHours, humanCostUsd].map(Number)).toEqual([7.5, 562.5]);

    const failed = await start(app.client);
    await recordCall(app.client, { executionId: failed, agent: 'writer', ...pricedModel });
    const end = await issue(app.client, 'fail-execution', { executionId: failed, reason: 'no' });
    expect(Number((await total(end.position))['humanHours'])).toBe(7.5);
  });

  test('the multiplier is over 100', async () => {
    await workOf('research_agent', 'writer_agent', 'editor_agent', 'graphics_agent');
    const row = await total(await workOf('writer_agent'));
    const [multiplier, humanCostUsd, costUsd] = [
      row['multiplier'],
      row['humanCostUsd'],
      row['costUsd'],
    ].map(Number) as [number, number, number];
    expect(multiplier).toBeGreaterThan(100);
    expect(multiplier).toBeCloseTo(humanCostUsd / costUsd, 6); // of sums, never a mean of ratios
  });

  test('tracking a call takes less than 10 ms, by the median of 100', async () => {
    const server = await startOwnProcess();
    try {
      const executionId = await start(server.client);
      const call = { executionId, agent: 'writer', ...pricedModel };
      expect(await medianBelow(10, 100, () => recordCall(server.client, call))).toBeLessThan(10);
    } finally {
      await server.stop();
    }
  });
});
