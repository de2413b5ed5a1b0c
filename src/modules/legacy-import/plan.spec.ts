import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../command-bus/catalogue';
import { identify } from './execution-ids';
import { readLegacyLog } from './legacy-log';
import { plannedCount, restOf, startOf } from './plan';
import { addCommand, emptyTally, tallyOf } from './tally';

const path = join(__dirname, '../../../test/fixtures/legacy/roi-log.json');
const reading = { timeZone: 'UTC', now: Date.parse('2026-01-01T00:00:00Z') };

interface Entry {
  end_time: string | null;
  llm_calls: { timestamp: string; cost_usd: number | null }[];
}
interface Log {
  executions: Entry[];
}

const fixture = (): Log => JSON.parse(readFileSync(path, 'utf8')) as Log;
const commandsOf = (log: unknown) =>
  identify(readLegacyLog(log, reading)).flatMap((one) => [startOf(one), ...restOf(one)]);
const keysOf = (log: unknown): string[] =>
  commandsOf(log).map(({ idempotencyKey }) => idempotencyKey);

describe('the plan of an import', () => {
  it('tells of each execution its start, its calls and its end, with the times of the log', () => {
    const [start, call, end] = commandsOf(fixture());
    expect(start).toMatchObject({
      command: 'start-execution',
      data: {
        executionId: 'research_agent_20250310_091500',
        topic: 'legacy research_agent_20250310_091500',
        agent: 'research_agent',
        occurredAt: '2025-03-10T09:15:00.100000Z',
      },
    });
    expect(call).toMatchObject({ command: 'record-llm-call' });
    expect(call?.data).toEqual({
      executionId: 'research_agent_20250310_091500',
      agent: 'research_agent',
      model: 'gpt-4o',
      inputTokens: 1_200,
      outputTokens: 400,
      durationSeconds: 2.5,
      costUsd: 0.007,
      metadata: { source: 'web' },
      occurredAt: '2025-03-10T09:15:02.600000Z',
    });
    expect(end).toMatchObject({
      command: 'complete-execution',
      data: { occurredAt: '2025-03-10T09:15:02.600012Z' },
    });
  });

  it('times a call from the call before it, and the first from the start', () => {
    const calls = commandsOf(fixture()).filter(({ data }) => data['agent'] === 'full_pipeline');
    expect(calls.slice(1).map(({ data }) => data['durationSeconds'])).toEqual([1.5, 1.75]);
  });

  it('never makes a time negative, or longer than a call may take', () => {
    const log = fixture();
    log.executions[0]!.llm_calls[0]!.timestamp = '2025-03-10T09:14:00';
    log.executions[4]!.llm_calls[0]!.timestamp = '2025-06-10T09:15:00';
    const durations = commandsOf(log).map(({ data }) => data['durationSeconds']);
    expect(durations[1]).toBe(0);
    expect(Math.max(...durations.map((seconds) => Number(seconds ?? 0)))).toBe(604_800);
  });

  it('has wait for its end what has none, and leaves without a cost what has none', () => {
    const last = commandsOf(fixture()).slice(-3);
    expect(last.map(({ command }) => command)).toEqual([
      'start-execution',
      'wait-execution',
      'record-llm-call',
    ]);
    expect(last[1]?.data).toEqual({
      executionId: 'editor_agent_20250310_091505',
      reason: 'not ended in the log',
      occurredAt: last[0]?.data['occurredAt'],
    });
    expect(last[2]?.data).not.toHaveProperty('costUsd');
  });

  it('sends nothing that the server would call malformed', () => {
    for (const { command, data } of commandsOf(fixture())) {
      expect(catalogue.get(command)?.schema.safeParse(data).error).toBeUndefined();
    }
  });

  it('gives every command a key of its own, the same in every run', () => {
    const keys = keysOf(fixture());
    expect(new Set(keys).size).toBe(keys.length);
    expect(keysOf(fixture())).toEqual(keys);
    for (const key of keys) expect(key).toMatch(/^import:[0-9a-f]{64}$/);
  });

  it('keeps the keys of what was there when the log has grown', () => {
    const grown = fixture();
    const running = grown.executions[5]!;
    running.end_time = '2025-03-10T09:15:09';
    running.llm_calls.push({ ...running.llm_calls[0]! }); // the very same again, and still another call
    grown.executions.push({ ...grown.executions[1]! });
    const keys = keysOf(grown);
    const kept = commandsOf(fixture()).filter(({ kind }) => kind !== 'wait');
    expect(keys.slice(0, 18)).toEqual(kept.map(({ idempotencyKey }) => idempotencyKey));
    expect(new Set(keys).size).toBe(18 + 2 + 3);
  });

  it('has one key for a call whose figures were changed, so that it is not counted twice', () => {
    const changed = fixture();
    changed.executions[0]!.llm_calls[0]!.cost_usd = 9;
    expect(keysOf(changed)).toEqual(keysOf(fixture()));
  });

  it('adds up to what the log holds', () => {
    const log = readLegacyLog(fixture(), reading);
    const executions = identify(log);
    const sum = emptyTally();
    for (const command of commandsOf(fixture())) addCommand(sum, command);
    expect(sum).toEqual(tallyOf(log.entries));
    expect(sum).toEqual({
      executions: 6,
      waiting: 1,
      ended: 5,
      calls: 7,
      unpricedCalls: 1,
      inputTokens: 6_300n,
      outputTokens: 3_670n,
      costNanoUsd: 42_010_000n,
    });
    expect(plannedCount(executions)).toBe(19);
  });
});
