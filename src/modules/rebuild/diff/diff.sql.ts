import { isNumber } from './compared-table';
import type { ComparedColumn, ComparedTable } from './compared-table';

/** What can be of a row: only on one side, or on both with other values. */
export type DifferenceKind = 'missing' | 'added' | 'changed';

type Side = 'b' | 'a';

const valueSql = (side: Side, { sql, cast }: ComparedColumn): string =>
  cast === null ? `${side}.${sql}` : `${side}.${sql}::${cast}`;

/** The order of keys in JSON says nothing; texts that are the same need not be parsed to know that. */
const isOtherSql = (column: ComparedColumn): string => {
  const [before, after] = [valueSql('b', column), valueSql('a', column)];
  if (column.type !== 'json') return `${before} is distinct from ${after}`;
  return `(${before}::text is distinct from ${after}::text and ${before}::jsonb is distinct from ${after}::jsonb)`;
};

/** On each side, rows are as they are: no two of its keys are the same. */
const onSql = ({ keys }: ComparedTable): string =>
  keys.length === 0 ? 'false' : keys.map(({ sql }) => `a.${sql} = b.${sql}`).join(' and ');

const anyOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : `(${conditions.join(' or ')})`;

/** A side with a mark that tells whether it has a row. */
const sideSql = (source: string, side: Side): string =>
  `(select true as is_there, * from ${source}) as ${side}`;

const joinSql = (table: ComparedTable, kind: 'full' | 'left' | 'right' | 'inner'): string =>
  `from ${sideSql(table.sources.before, 'b')} ${kind} join ${sideSql(table.sources.after, 'a')} on ${onSql(table)}`;

const sumSql = (side: Side, column: ComparedColumn): string => {
  const value = valueSql(side, column);
  const exact = column.type === 'double precision' ? `${value}::numeric` : value;
  return `coalesce(sum(${exact}), 0)::text`;
};

/**
 * Everything that is counted of two tables, in one pass over both: rows, differences, the rows that
 * are changed in each column (c0, c1 ...), and the sums of the numeric ones (b0, a0, b1, a1 ...).
 */
export const countsSql = (table: ComparedTable): string => {
  const { columns } = table;
  const isOther = columns.map(isOtherSql);
  const both = 'b.is_there and a.is_there';
  const counts = [
    'count(b.is_there)::float8 as before',
    'count(a.is_there)::float8 as after',
    'count(*) filter (where b.is_there is null)::float8 as added',
    'count(*) filter (where a.is_there is null)::float8 as missing',
    `count(*) filter (where ${both} and ${anyOf(isOther)})::float8 as changed`,
    ...isOther.map((one, at) => `count(*) filter (where ${both} and ${one})::float8 as c${at}`),
    ...columns.flatMap((column, at) =>
      isNumber(column)
        ? [`${sumSql('b', column)} as b${at}`, `${sumSql('a', column)} as a${at}`]
        : [],
    ),
  ];
  return `select ${counts.join(',\n  ')}\n${joinSql(table, 'full')}`;
};

const joins = { missing: 'left', added: 'right', changed: 'inner' } as const;

const changedSql = (column: ComparedColumn): string[] => {
  const isOther = isOtherSql(column);
  return [
    isOther,
    ...(['b', 'a'] as const).map(
      (side) => `case when ${isOther} then ${valueSql(side, column)} end`,
    ),
  ];
};

const presentSql = (side: Side, column: ComparedColumn): string[] => {
  const value = valueSql(side, column);
  const isThere = `${value} is not null`;
  return side === 'b' ? [isThere, value, 'null'] : [isThere, 'null', value];
};

/**
 * The rows that differ in one way, in the order of their keys: the keys, then of each other column
 * whether it differs, what it was before, and what it is after.
 */
export const differencesSql = (
  table: ComparedTable,
  kind: DifferenceKind,
  limit: number | null = null,
): string => {
  const { keys, columns } = table;
  const side = kind === 'missing' ? 'b' : 'a';
  const shown = columns.flatMap((column) =>
    kind === 'changed' ? changedSql(column) : presentSql(side, column),
  );
  const where = {
    missing: 'a.is_there is null',
    added: 'b.is_there is null',
    changed: anyOf(columns.map(isOtherSql)),
  };
  const order = keys.map(({ sql }) => `${side}.${sql}`);
  return [
    `select ${[...keys.map((key) => valueSql(side, key)), ...shown].join(', ')}`,
    joinSql(table, joins[kind]),
    `where ${where[kind]}`,
    order.length === 0 ? '' : `order by ${order.join(', ')}`,
    limit === null ? '' : `limit ${limit}`,
  ].join('\n');
};

/**
 * Where two generations ($1, $2) stand, by partition: the same where no event of the partition lies
 * between their checkpoints, which is told by any relay that has sent none there.
 */
export const levelSql = `
select coalesce(bool_and(coalesce(is_same, false)), false) as "isSame", coalesce(min(position), 0)::text as position
from (
  select b.position = a.position or q.position is not null as is_same,
    greatest(b.position, a.position, q.position) as position
  from (select partition, position from ops.checkpoints where generation = $1) as b
  full join (select partition, position from ops.checkpoints where generation = $2) as a using (partition)
  left join lateral (
    select max(r.position) as position from ops.relay r
    where coalesce(r.last[partition + 1], 0) <= least(b.position, a.position)
      and r.position >= greatest(b.position, a.position)
  ) as q on true
) as partitions`;
