import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotALegacyLog, readLegacyLog } from './legacy-log';

const folder = join(__dirname, '../../../test/fixtures/legacy');
const fixture = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const reading = { timeZone: 'UTC', now: Date.parse('2026-01-01T00:00:00Z') };

const entry = (over: object = {}): object => ({
  execution_id: 'writer_20250310_091500',
  agent: 'writer',
  start_time: '2025-03-10T09:15:00.5',
  llm_calls: [],
  ...over,
});
const call = (over: object = {}): object => ({
  timestamp: '2025-03-10T09:15:01',
  agent: 'writer',
  model: 'gpt-4o',
  input_tokens: 1,
  output_tokens: 2,
  ...over,
});
const faultsOf = (...entries: unknown[]): string[] =>
  readLegacyLog(entries, reading).faults.map(
    ({ index, id, field, message }) => `${index} ${id ?? '-'} ${field}: ${message}`,
  );

describe('a legacy log', () => {
  it('is read whole, to the microsecond', () => {
    const { entries, faults, summary, unknownFields } = readLegacyLog(
      fixture('roi-log.json'),
      reading,
    );
    expect(faults).toEqual([]);
    expect(entries).toHaveLength(6);
    expect(entries[1]).toMatchObject({
      index: 1,
      startedAt: Date.parse('2025-03-10T09:15:00Z') * 1_000 + 250_000,
      endedAt: Date.parse('2025-03-10T09:15:00Z') * 1_000 + 250_011,
    });
    expect(entries[5]?.endedAt).toBeNull();
    expect(summary).toEqual({
      total_executions: 6,
      total_tokens: 9_970,
      total_cost_usd: 0.04,
      total_human_hours_saved: 12,
      total_human_cost_saved: 900,
      avg_roi_multiplier: 20_000,
    });
    expect(unknownFields.size).toBe(0);
  });

  it('may be the list of executions alone, with nothing that can be left out', () => {
    const { entries, summary } = readLegacyLog([entry()], reading);
    expect(entries[0]?.execution.total_cost_usd).toBeNull();
    expect(summary).toBeNull();
  });

  it.each([null, 7, 'x', {}, { executions: 'none' }])('is not %j', (content) => {
    expect(() => readLegacyLog(content, reading)).toThrow(NotALegacyLog);
  });

  it('names every fault of every entry by place, id and field, and reads the rest', () => {
    const { entries, faults } = readLegacyLog(fixture('malformed.json'), reading);
    expect(entries.map(({ index }) => index)).toEqual([0]);
    expect(faults.map(({ index, id, field }) => [index, id, field])).toEqual([
      [1, 'bad_agent_20250310_100001', 'agent'],
      [1, 'bad_agent_20250310_100001', 'llm_calls[0].input_tokens'],
      [1, 'bad_agent_20250310_100001', 'llm_calls[0].output_tokens'],
      [2, 'late_agent_20250310_100002', 'start_time'],
      [3, null, ''],
    ]);
    expect(faults[0]?.message).toBe('is missing (string)');
  });

  it('finds times that are none, too early or in the future', () => {
    expect(
      faultsOf(
        entry({ start_time: 'ten', end_time: '2014-12-31T00:00:00' }),
        entry({ llm_calls: [call({ timestamp: '2026-01-01T00:06:00' })] }),
      ),
    ).toEqual([
      '0 writer_20250310_091500 start_time: is not an ISO 8601 time: "ten"',
      '0 writer_20250310_091500 end_time: is before 2015: 2014-12-31T00:00:00',
      '1 writer_20250310_091500 llm_calls[0].timestamp: lies in the future: 2026-01-01T00:06:00, read as UTC where it names no zone',
    ]);
  });

  it('refuses what the server would refuse', () => {
    const faults = faultsOf(
      entry({ execution_id: '' }),
      entry({ llm_calls: [call({ cost_usd: -1, model: 'a\u0000b' })] }),
      entry({ llm_calls: [call({ metadata: { note: 'a\u0000b' } })] }),
      entry({ llm_calls: [call({ input_tokens: 1.5 })] }),
      entry({ llm_calls: [call({ metadata: { ids: [2 ** 60] } })] }),
    );
    expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
      '0  execution_id',
      '1 writer_20250310_091500 llm_calls[0].model',
      '1 writer_20250310_091500 llm_calls[0].cost_usd',
      '2 writer_20250310_091500 llm_calls[0].metadata.note',
      '3 writer_20250310_091500 llm_calls[0].input_tokens',
      '4 writer_20250310_091500 llm_calls[0].metadata.ids[0]',
    ]);
  });

  it('counts the fields it knows nothing of', () => {
    const calls = [call({ temperature: 1 }), call({ temperature: 0 })];
    const { unknownFields } = readLegacyLog([entry({ mood: 'good', llm_calls: calls })], reading);
    expect([...unknownFields]).toEqual([
      ['mood', 1],
      ['llm_calls[].temperature', 2],
    ]);
  });
});
