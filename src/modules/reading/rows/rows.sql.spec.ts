import fc from 'fast-check';
import { projections } from '../../../projections';
import { executionStatus } from '../../../projections/execution-status/execution-status.projection';
import { roiTotals } from '../../../projections/roi-totals/roi-totals.projection';
import { rowsQuerySchema } from '../projection.schemas';
import { cursorOf } from '../cursor';
import { isComparable, shownColumns } from './row-columns';
import { rowsRequest } from './row-request';
import { rowsSql } from './rows.sql';

const schemas = new Map(projections.map((one) => [one.name, rowsQuerySchema(one)]));
const requestOf = (projection: (typeof projections)[number], query: object) =>
  rowsRequest(projection, schemas.get(projection.name) ?? rowsQuerySchema(projection), query);

describe('the statement for some rows', () => {
  it('holds nothing that a caller wrote but as a parameter', () => {
    const marked = fc.string({ minLength: 1 }).map((text) => `§${text.replace(/[\0,\\]/g, "'")}`);
    fc.assert(
      fc.property(
        fc.constantFrom(...projections),
        fc.array(marked, { minLength: 1 }),
        (projection, texts) => {
          fc.pre(texts.every((text) => text.isWellFormed()));
          const names = shownColumns(projection).filter(({ type }) => type === 'text');
          const query = Object.fromEntries(names.map(({ name }) => [name, texts]));
          const request = requestOf(projection, query);
          const place = request.order.map(() => texts[0] ?? null);
          const { text, values } = rowsSql('generation_1', request, place, 10);
          expect(text).not.toContain('§');
          expect(values.flat()).toEqual(expect.arrayContaining(texts));
          const numbers = [...text.matchAll(/\$(\d+)::/g)].map(([, number]) => Number(number));
          expect(new Set(numbers)).toEqual(new Set(values.map((_, index) => index + 1)));
        },
      ),
    );
  });

  it('names numbers and times as the database takes them', () => {
    const byScore = { sort: 'score,startedAt' };
    const { identity } = requestOf(executionStatus, { score: '1e-400,2.50', ...byScore });
    const cursor = cursorOf(identity, ['-1e-400', '2026-01-08T22:32:15 02:00', 'e1']);
    const request = requestOf(executionStatus, { score: '1e-400,2.50', ...byScore, cursor });
    const { values } = rowsSql('generation_1', request, request.after, 10);
    expect(values).toContainEqual(['0', '2.5']);
    expect(request.after).toEqual(['0', '2026-01-08T20:32:15.000000Z', 'e1']);
  });

  it.each([
    [executionStatus, { score: '1e400' }, '"1e400" is not a number'],
    [executionStatus, { score: '' }, undefined],
    [executionStatus, { revisions: '2147483647,-2147483648' }, undefined],
    [executionStatus, { revisions: '2147483648' }, '"2147483648" is not a whole number'],
    [executionStatus, { revisions: '' }, '"" is not a whole number'],
    [executionStatus, { inputTokens: '9223372036854775808' }, 'is not a whole number'],
    [roiTotals, { day: '0000-12-31' }, '"0000-12-31" is not a day as YYYY-MM-DD'],
    [roiTotals, { day: '0001-01-01' }, undefined],
  ])('asks the database for nothing that it cannot hold: %#', (projection, query, message) => {
    const asked = (): unknown => requestOf(projection, query);
    if (message === undefined) expect(asked).not.toThrow();
    else expect(asked).toThrow(message);
  });

  it('looks a place up as one comparison where nothing can be absent', () => {
    const query = { groupBy: 'day,agent', sort: '-calls' };
    const request = requestOf(roiTotals, query);
    const cursor = cursorOf(request.identity, ['7', '2026-01-01', 'writer']);
    const { after, ...next } = requestOf(roiTotals, { ...query, cursor });
    const { text, values } = rowsSql('generation_1', { ...next, after }, after, 10);
    expect(text).toContain('where (calls, day, agent) < ($1::numeric, $2::date, $3::text)');
    expect(text).toContain('order by calls desc, day desc, agent desc');
    expect(text).toContain('group by day, agent');
    expect(values).toEqual(['7', '2026-01-01', 'writer', 10]);
  });

  it('makes no more groups than a page takes where it goes by their keys', () => {
    const query = { groupBy: 'day,agent' };
    const request = requestOf(roiTotals, query);
    const { text, values } = rowsSql('generation_1', request, ['2026-01-01', 'writer'], 10);
    expect(text.match(/select/g)).toHaveLength(1);
    expect(text).toMatch(
      /where \(day, agent\) > .*\ngroup by day, agent\norder by day, agent\nlimit/,
    );
    expect(values).toEqual(['2026-01-01', 'writer', 10]);
  });

  it('makes all groups where their sums are asked for', () => {
    const request = requestOf(roiTotals, { groupBy: 'day,agent', calls: '7' });
    const { text } = rowsSql('generation_1', request, null, 10);
    expect(text).toContain(') as groups\nwhere calls = any ($1::numeric[])');
  });
});

describe('every read model', () => {
  it.each(projections.map((projection) => [projection.name, projection] as const))(
    '%s can be asked for by every column, and sorted by it',
    (_name, projection) => {
      for (const { name } of shownColumns(projection).filter(isComparable)) {
        expect(schemas.get(projection.name)?.shape).toHaveProperty(name);
        expect(requestOf(projection, { sort: `-${name}` }).order[0]?.column.name).toBe(name);
      }
    },
  );
});
