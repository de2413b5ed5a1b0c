import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { DeploymentModule } from '../deployment/deployment.module';
import { LedgerModule } from '../ledger/ledger.module';
import { ReadingModule } from '../reading/reading.module';
import { AlertEvaluator } from './alert-evaluator.service';
import { AlertIssuer } from './alert-issuer';
import { AlertRound } from './alert-round';
import { AlertRulesController } from './alert-rules.controller';
import { AlertStanding } from './alert-standing';
import { AlertMeasures } from './measures';
import { RecordedAlerts } from './recorded-alerts';
import { RecordedRules } from './recorded-rules';
import { RollbackAsking } from './rollback-asking';

/** Alert rules: what they are, how they are evaluated, and what follows from them. */
@Module({
  imports: [CqrsModule, LedgerModule, ReadingModule, DeploymentModule],
  controllers: [AlertRulesController],
  providers: [
    AlertEvaluator,
    AlertIssuer,
    AlertMeasures,
    AlertRound,
    AlertStanding,
    RecordedAlerts,
    RecordedRules,
    RollbackAsking,
  ],
})
export class AlertsModule {}
