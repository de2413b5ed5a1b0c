import { Injectable } from '@nestjs/common';
import { decode } from '../../events/codec';
import type { RecordedEvent } from '../../events';
import { LedgerReader } from '../ledger/ledger-reader';

/** Which deployments are live, as the ledger has it. */
@Injectable()
export class LiveDeployments {
  constructor(private readonly reader: LedgerReader) {}

  /** The live one of the flow that `deploymentId` is planned for; null where none is. */
  async besides(deploymentId: string): Promise<string | null> {
    const [planned] = await this.history(`deployment-${deploymentId}`);
    if (planned?.type !== 'DeploymentPlanned') return null;
    const activated = (await this.history(`flow-${planned.data.flow}`)).at(-1);
    return activated?.type === 'DeploymentActivated' ? activated.data.deploymentId : null;
  }

  private async history(stream: string): Promise<readonly RecordedEvent[]> {
    const histories = await this.reader.histories([stream], []);
    return histories.get(stream)?.events.map(decode) ?? [];
  }
}
