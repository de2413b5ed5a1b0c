import { Module } from '@nestjs/common';
import { DeploymentModule } from '../deployment/deployment.module';
import { LedgerModule } from '../ledger/ledger.module';
import { ProjectorModule } from '../projector/projector.module';
import { ProofModule } from '../proof/proof.module';
import { ReadingModule } from '../reading/reading.module';
import { RebuildModule } from '../rebuild/rebuild.module';
import { ActingSteps } from './acting-steps';
import { CheckingSteps } from './checking-steps';
import { ReadModelRestoring } from './read-model-restoring';
import { ReadModelReturns } from './read-model-returns';
import { RecordedRollbacks } from './recorded-rollbacks';
import { RehearsalRebuilds } from './rehearsal-rebuilds';
import { RehearsedReadModels } from './rehearsed-read-models';
import { RehearsedSteps } from './rehearsed-steps';
import { Reinstatement } from './reinstatement';
import { RollbackCompanions } from './rollback-companions';
import { RollbackPlans } from './rollback-plans';
import { RollbackProgressReader } from './rollback-progress';
import { RollbackTargets } from './rollback-targets';
import { RollbackTroubles } from './rollback-troubles';
import { RollbackWaiting } from './rollback-waiting';
import { Rollbacker } from './rollbacker.service';
import { RollbacksController } from './rollbacks.controller';
import { UnreadableEvents } from './unreadable-events';
import { VoidPreviews } from './void-previews';
import { VoidTotals } from './void-totals';

/** Takes deployments back, in nine durable steps. */
@Module({
  imports: [
    DeploymentModule,
    LedgerModule,
    ProjectorModule,
    ReadingModule,
    ProofModule,
    RebuildModule,
  ],
  controllers: [RollbacksController],
  providers: [
    ActingSteps,
    CheckingSteps,
    ReadModelRestoring,
    ReadModelReturns,
    RecordedRollbacks,
    RehearsalRebuilds,
    RehearsedReadModels,
    RehearsedSteps,
    Reinstatement,
    RollbackCompanions,
    RollbackPlans,
    RollbackProgressReader,
    RollbackTargets,
    RollbackTroubles,
    RollbackWaiting,
    Rollbacker,
    UnreadableEvents,
    VoidPreviews,
    VoidTotals,
  ],
})
export class RollbackModule {}
