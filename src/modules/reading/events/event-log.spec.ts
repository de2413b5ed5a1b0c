import type { SettledTimes } from '../../ledger/settled-times';
import type { ReadingDatabase } from '../reading-database';
import { EventLog } from './event-log';

const mostStatements = 10;

/** The values of every statement that a look takes; one that asks for ever is stopped. */
const statementsOf = async (look: (log: EventLog) => Promise<unknown>): Promise<unknown[][]> => {
  const statements: unknown[][] = [];
  const ask = (_text: string, values: unknown[]): Promise<never[]> => {
    statements.push(values);
    if (statements.length > mostStatements) throw new Error('it does not come to an end');
    return Promise.resolve([]);
  };
  await look(new EventLog({ ask } as unknown as ReadingDatabase, {} as unknown as SettledTimes));
  return statements;
};

const ofStreams = { streams: ['execution-a'], types: null, deployments: null };

describe('the events of some streams', () => {
  it.each([
    [-1n, 0n],
    [-1n, 7n],
    [3n, 7n],
  ])('are counted by one statement behind position %p up to %p', async (after, end) => {
    const statements = await statementsOf((log) => log.counts(ofStreams, { after, end }));
    expect(statements).toEqual([[after, end, null, null, ofStreams.streams]]);
  });
});

describe('the events of the ledger', () => {
  const all = { streams: null, types: null, deployments: null };

  /** A ledger of calls alone; which parts of it are counted by statements. */
  const counting = () => {
    const parts: string[] = [];
    const ask = (_text: string, values: readonly unknown[]): Promise<object[]> => {
      if (values.length === 0) return Promise.resolve([{ position: '9' }]);
      const [after, end] = values as [bigint, bigint];
      parts.push(`${after}-${end}`);
      return Promise.resolve([{ type: 'LlmCallRecorded', events: Number(end - after) }]);
    };
    const times = {} as unknown as SettledTimes;
    return { parts, log: new EventLog({ ask } as unknown as ReadingDatabase, times) };
  };

  it('are counted in parts, and those of a full part once', async () => {
    const { parts, log } = counting();
    const whole = { after: 0n, end: 120_000n };
    const counts = new Map([['LlmCallRecorded', 120_000]]);
    expect(await log.counts(all, whole)).toEqual(counts);
    expect(await log.counts(all, whole)).toEqual(counts);
    const end = '100000-120000';
    expect(parts).toEqual(['0-50000', '50000-100000', end, end]);
  });

  it('are counted anew where a scope begins or ends within a part, or names some', async () => {
    const { parts, log } = counting();
    await log.counts(all, { after: 0n, end: 100_000n });
    parts.length = 0;
    expect(await log.counts(all, { after: 10n, end: 99_990n })).toEqual(
      new Map([['LlmCallRecorded', 99_980]]),
    );
    await log.counts({ ...all, types: ['LlmCallRecorded'] }, { after: 0n, end: 50_000n });
    expect(parts).toEqual(['10-50000', '50000-99990', '0-50000']);
  });
});

describe('a stream', () => {
  it('is not asked for what lies behind its end, by a number that is no version', async () => {
    const part = { after: 10n ** 17n, end: 3n, limit: 1 };
    expect(await statementsOf((log) => log.ofStream('execution-a', part))).toEqual([]);
  });
});
