import type { FaultList } from '../fault-list';
import type { LedgerFault } from '../proof.schemas';
import type { Snapshot } from '../../database/snapshot';

/*
 * Events behind $1 that do not follow the one before in their stream, by version and by position.
 * The database does it beside the reading of the events: no list of all streams is held here. What
 * lies before $1 is looked up only for streams that have something behind it.
 */
const breaksSql = `
with recent as (
  select stream, version, position, lag(version) over own as before, lag(position) over own as above
  from ledger.events where position > $1
  window own as (partition by stream order by version)
)
select r.stream, r.version, r.position, coalesce(r.before, earlier.version, 0) as before
from recent r
left join lateral (
  select version, position from ledger.events e
  where $1 > 0 and r.before is null and e.stream = r.stream and e.version < r.version and e.position <= $1
  order by e.version desc limit 1
) earlier on true
where r.version <> coalesce(r.before, earlier.version, 0) + 1
  or r.position <= coalesce(r.above, earlier.position, 0)
order by r.position limit 101`;

const strayCommitsSql = `
select last_position as position from ledger.commits
where last_position > (select position from ledger.head) or last_position < 1 order by last_position limit 101`;

interface Break {
  readonly stream: string;
  readonly version: number;
  readonly position: string;
  readonly before: number;
}

/** Adds where versions of a stream are not dense, or not in the order of positions, behind `after`. */
export const checkVersions = async (
  snapshot: Snapshot,
  after: bigint,
  faults: FaultList<LedgerFault>,
): Promise<void> => {
  for (const { stream, version, position, before } of await snapshot.ask<Break>(breaksSql, [
    after,
  ])) {
    const detail = `event ${position} is version ${String(version)} of ${stream}, behind version ${String(before)}`;
    faults.add({ kind: 'version', position, detail });
  }
};

/** Adds commits that lie outside of the ledger. */
export const checkStrayCommits = async (
  snapshot: Snapshot,
  faults: FaultList<LedgerFault>,
): Promise<void> => {
  for (const { position } of await snapshot.ask<{ position: string }>(strayCommitsSql)) {
    const detail = `a commit ends at ${position}, outside of the ledger`;
    faults.add({ kind: 'commit', position, detail });
  }
};
