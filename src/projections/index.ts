import { alerts } from './alerts/alerts.projection';
import { archives } from './archives/archives.projection';
import { deployments } from './deployments/deployments.projection';
import { executionStatus } from './execution-status/execution-status.projection';
import { priceBook } from './price-book/price-book.projection';
import type { Projection } from './projection';
import { qualityGates } from './quality-gates/quality-gates.projection';
import { rebuilds } from './rebuilds/rebuilds.projection';
import { replays } from './replays/replays.projection';
import { repricings } from './repricings/repricings.projection';
import { roiExceptions } from './roi-exceptions/roi-exceptions.projection';
import { roiExecutions } from './roi-executions/roi-executions.projection';
import { roiTotals } from './roi-totals/roi-totals.projection';
import { rollbacks } from './rollbacks/rollbacks.projection';
import { styleParagraphs } from './style-paragraphs/style-paragraphs.projection';
import { styleUsage } from './style-usage/style-usage.projection';
import { subjects } from './subjects/subjects.projection';

/** Every read model there is; its table, its route and its document follow from this list. */
export const projections: readonly Projection[] = [
  executionStatus,
  roiTotals,
  roiExecutions,
  roiExceptions,
  priceBook,
  repricings,
  replays,
  rebuilds,
  archives,
  deployments,
  rollbacks,
  alerts,
  qualityGates,
  styleParagraphs,
  styleUsage,
  subjects,
];
