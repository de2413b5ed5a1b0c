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

describe('a stream', () => {
  it('is not asked for what lies behind its end, by a number that is no version', async () => {
    const part = { after: 10n ** 17n, end: 3n, limit: 1 };
    expect(await statementsOf((log) => log.ofStream('execution-a', part))).toEqual([]);
  });
});
