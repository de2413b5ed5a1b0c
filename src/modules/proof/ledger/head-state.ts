import { contentFlow } from '../../../commands/execution/flow';
import type { FaultList } from '../fault-list';
import type { LedgerFault } from '../proof.schemas';
import type { Snapshot } from '../../database/snapshot';

/** What the head says beside its place, and what the events say of the same. */
const stateSql = `
select h.position, h.active_deployment as active, h.voided,
  coalesce((
    select e.data ->> 'deploymentId' from ledger.events e
    where e.stream = $1 and e.type = 'DeploymentActivated' order by e.version desc limit 1), 'initial') as "activated",
  coalesce((select max(v.position) from ledger.voidings v), 0) as "lastVoiding"
from ledger.head h`;

interface HeadState {
  readonly position: string;
  readonly active: string;
  readonly voided: string;
  readonly activated: string;
  readonly lastVoiding: string;
}

/** Adds what the head says of the active deployment and of void work that is not what the events say. */
export const checkHeadState = async (
  snapshot: Snapshot,
  faults: FaultList<LedgerFault>,
): Promise<void> => {
  const [head] = await snapshot.ask<HeadState>(stateSql, [`flow-${contentFlow.name}`]);
  if (head === undefined) return; // what is missing there is named by its place
  const { position, active, voided, activated, lastVoiding } = head;
  if (active !== activated) {
    const detail = `the head has ${active} active, by the events it is ${activated}`;
    faults.add({ kind: 'head', position, detail });
  }
  if (voided !== lastVoiding) {
    const detail = `the head says that work was last voided or reinstated at ${voided}, by the events it was at ${lastVoiding}`;
    faults.add({ kind: 'head', position, detail });
  }
};
