import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module';
import { DeploymentCompanions } from './deployment-companions';
import { LiveDeployments } from './live-deployments';

/** Deployments of flows: what their commands rest on. */
@Module({
  imports: [LedgerModule],
  providers: [DeploymentCompanions, LiveDeployments],
})
export class DeploymentModule {}
