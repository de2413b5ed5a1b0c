import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { LedgerModule } from '../ledger/ledger.module';
import { ReadingModule } from '../reading/reading.module';
import { DeploymentComparisons } from './comparison/deployment-comparisons';
import { DeploymentCompanions } from './deployment-companions';
import { DeploymentMeasures } from './deployment-measures';
import { DeploymentsController } from './deployments.controller';
import { LiveDeployments } from './live-deployments';
import { RehearsalAges } from './rehearsal-ages';

/** Deployments of flows: what their commands rest on, and their reports. */
@Module({
  imports: [CqrsModule, LedgerModule, ReadingModule],
  controllers: [DeploymentsController],
  providers: [
    DeploymentCompanions,
    DeploymentComparisons,
    DeploymentMeasures,
    LiveDeployments,
    RehearsalAges,
  ],
  exports: [LiveDeployments, RehearsalAges],
})
export class DeploymentModule {}
