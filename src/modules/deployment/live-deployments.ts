import { Injectable } from '@nestjs/common';
import { isPlanned } from '../../commands/rollback/planned';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';

/** The deployment that is live in a flow, and the one that it took the place of. */
export interface LiveDeployment {
  readonly deploymentId: string;
  /** Null where there was none, or nobody planned this one. */
  readonly predecessor: string | null;
}

/** Which deployments are live, as the ledger has it. */
@Injectable()
export class LiveDeployments {
  constructor(private readonly reader: LedgerReader) {}

  /** The live one of the flow that `deploymentId` is planned for; null where none is. */
  async besides(deploymentId: string): Promise<string | null> {
    const [planned] = await eventsOf(this.reader, `deployment-${deploymentId}`);
    if (planned?.type !== 'DeploymentPlanned') return null;
    return (await this.of(planned.data.flow))?.deploymentId ?? null;
  }

  /** The live one of a flow; null before the first. */
  async of(flow: string): Promise<LiveDeployment | null> {
    const activations = (await eventsOf(this.reader, `flow-${flow}`)).flatMap((event) =>
      event.type === 'DeploymentActivated' ? [event.data] : [],
    );
    const deploymentId = activations.at(-1)?.deploymentId;
    if (deploymentId === undefined) return null;
    // Of one that a rollback brought back, the last activation names the one that was rolled back.
    const first = activations.find((activation) => activation.deploymentId === deploymentId);
    return {
      deploymentId,
      predecessor: isPlanned(deploymentId) ? (first?.previous ?? null) : null,
    };
  }
}
