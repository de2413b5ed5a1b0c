import { executionStatus } from '../../../projections/execution-status/execution-status.projection';
import { isCounted } from '../../../projections/projection';
import { countsQuerySchema } from '../projection.schemas';
import { countRequest } from './count-request';
import { countsSql } from './counts.sql';

const statementOf = (query: object) => {
  if (!isCounted(executionStatus)) throw new Error('execution-status is not counted');
  const request = countRequest(executionStatus, countsQuerySchema(executionStatus), query);
  return countsSql('generation_1', request);
};

describe('the statement that counts rows', () => {
  it('asks for nothing but the column of the index', () => {
    expect(statementOf({ by: 'status' })).toEqual({
      text: [
        'select status as value, count(*)::float8 as rows',
        'from generation_1.execution_status',
        'group by status',
        'order by status',
      ].join('\n'),
      values: [],
    });
  });

  it('counts what filters and times leave, each of them a parameter', () => {
    const { text, values } = statementOf({
      by: 'status',
      flow: 'content,other',
      topic: '',
      from: '2026-01-01',
      to: '2026-02-01',
    });
    expect(text).toContain(
      'where flow = any ($1::text[]) and (topic = any ($2::text[]) or topic is null)',
    );
    expect(text).toContain('started_at >= $3::timestamptz and started_at < $4::timestamptz');
    expect(values.slice(0, 2)).toEqual([['content', 'other'], []]);
  });

  it('is told by what it may count', () => {
    expect(() => statementOf({ by: 'topic' })).toThrow('by: is one of status');
  });
});
