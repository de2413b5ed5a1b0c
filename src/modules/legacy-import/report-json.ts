import { usdOf } from '../../events/money';
import { isRenamed } from './execution-ids';
import { succeeded } from './import-result';
import type { ImportResult } from './import-result';
import { derivedFields } from './legacy-log.schema';
import { tokensOf } from './tally';
import type { Tally } from './tally';
import { agrees } from './verification';

const tallyJson = (tally: Tally): Record<string, unknown> => ({
  executions: tally.executions,
  ...(tally.waiting === 0 ? {} : { waiting: tally.waiting }),
  ended: tally.ended,
  calls: tally.calls,
  unpricedCalls: tally.unpricedCalls,
  inputTokens: Number(tally.inputTokens),
  outputTokens: Number(tally.outputTokens),
  totalTokens: Number(tokensOf(tally)),
  costNanoUsd: String(tally.costNanoUsd),
  costUsd: usdOf(tally.costNanoUsd),
});

/** The report of an import for programs: everything, however long the lists are. */
export const reportJson = (result: ImportResult): Record<string, unknown> => {
  const { file, timeZone, log, executions, read, sent, deviations, verification } = result;
  return {
    file,
    timeZone,
    ok: succeeded(result),
    dryRun: result.dryRun,
    read: tallyJson(read),
    ...(sent === null
      ? {}
      : {
          recorded: tallyJson(sent.recorded),
          alreadyThere: tallyJson(sent.alreadyThere),
          refused: tallyJson(sent.refused),
          refusals: sent.refusals,
          resent: sent.resent,
          seconds: Math.round(sent.milliseconds) / 1000,
        }),
    malformed: log.faults,
    deviations,
    ids: executions.filter(isRenamed).map(({ entry, executionId }) => ({
      index: entry.index,
      legacyId: entry.execution.execution_id,
      executionId,
    })),
    leftOut: { derived: derivedFields, unknown: Object.fromEntries(log.unknownFields) },
    readModels: verification && {
      agree: agrees(verification),
      ...verification,
    },
  };
};
