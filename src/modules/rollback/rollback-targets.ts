import { Injectable } from '@nestjs/common';
import type { RollbackTarget } from '../../commands/rollback/rollback.decider';
import type { RecordedEvent } from '../../events';
import { Problem } from '../http/problem';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';

type Activated = RecordedEvent<'DeploymentActivated'>;

const isActivation = (event: RecordedEvent): event is Activated =>
  event.type === 'DeploymentActivated';

/** What a deployment can be taken back to, as the ledger has it. */
@Injectable()
export class RollbackTargets {
  constructor(private readonly reader: LedgerReader) {}

  /**
   * The deployment that was live before `deploymentId` first was, or is where that never was live itself;
   * or `to` where that was live at any time. Null where there is none.
   *
   * @throws Problem 404 for a deployment that nobody planned.
   */
  async of(deploymentId: string, to: string | undefined): Promise<RollbackTarget | null> {
    const flow = await this.flowOf(deploymentId);
    const activations = await this.activations(flow);
    // Of one that a rollback brought back, the last activation names the one that was rolled back.
    const own = activations.find(({ data }) => data.deploymentId === deploymentId);
    if (own === undefined) {
      // It never was live: it can be rehearsed; its own stream refuses the rollback, and says what it is.
      const live = activations.at(-1)?.data.deploymentId ?? 'initial';
      const liveSince = String(await this.reader.end());
      return { flow, to: to ?? live, liveSince, reads: null, wasLive: false };
    }
    const wanted = to ?? own.data.previous ?? 'initial';
    const known = ['initial', ...activations.map(({ data }) => data.deploymentId)];
    if (wanted === deploymentId || !known.includes(wanted)) return null;
    // What was seen when it was live is what was seen until another took its place, the last time.
    const last = activations.findLastIndex(({ data }) => data.deploymentId === wanted);
    const { position, data } = activations[last + 1] ?? own;
    return { flow, to: wanted, liveSince: String(position), reads: data.reads, wasLive: true };
  }

  /** The live deployment of a flow; null before the first. */
  async live(flow: string): Promise<string | null> {
    return (await this.activations(flow)).at(-1)?.data.deploymentId ?? null;
  }

  /** @throws Problem 404 for a deployment that nobody planned. */
  async flowOf(deploymentId: string): Promise<string> {
    const [planned] = await eventsOf(this.reader, `deployment-${deploymentId}`);
    if (planned?.type === 'DeploymentPlanned') return planned.data.flow;
    throw new Problem(404, 'stream-unknown', `there is no deployment ${deploymentId}`);
  }

  private async activations(flow: string): Promise<Activated[]> {
    return (await eventsOf(this.reader, `flow-${flow}`)).filter(isActivation);
  }
}
