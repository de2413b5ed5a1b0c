import type { FaultList } from '../fault-list';
import type { LedgerFault } from '../proof.schemas';
import type { Snapshot } from '../../database/snapshot';

/** What the application's role must not be able to do; see the first migration. */
const excessSql = `
select t.name as "table", lower(p.privilege) as privilege
from (
  values ('ledger.events'), ('ledger.commits'), ('ledger.commands'), ('ledger.head'), ('ledger.partitions')
  union all
  select inhrelid::regclass::text from pg_inherits where inhparent = 'ledger.events'::regclass
) as t (name)
cross join (values ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) as p (privilege)
where case
    when p.privilege = 'INSERT' then t.name in ('ledger.head', 'ledger.partitions')
    when p.privilege = 'UPDATE' then t.name <> 'ledger.head'
    else true
  end
  and (has_table_privilege('flowledger_app', t.name, p.privilege)
    or p.privilege in ('INSERT', 'UPDATE') and has_any_column_privilege('flowledger_app', t.name, p.privilege))
order by 1, 2`;

interface Excess {
  readonly table: string;
  readonly privilege: string;
}

/** Adds each right to change what is recorded that the application's role has and must not have. */
export const checkRights = async (
  snapshot: Snapshot,
  faults: FaultList<LedgerFault>,
): Promise<void> => {
  for (const { table, privilege } of await snapshot.ask<Excess>(excessSql)) {
    const detail = `the role flowledger_app may ${privilege} on ${table}`;
    faults.add({ kind: 'rights', position: null, detail });
  }
};
