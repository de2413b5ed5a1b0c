import type { RollbackProgress } from './rollback.schemas';

const seconds = (value: number | null): string => (value === null ? '-' : `${value.toFixed(2)} s`);
const line = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The report of a rollback, for people. */
export const rollbackMarkdown = (rollback: RollbackProgress): string => {
  const { rollbackId, deploymentId, to, state, reason, mode, steps, failure } = rollback;
  const rows = steps.map(
    (one) =>
      `| ${one.number} | ${one.step} | ${one.state} | ${seconds(one.seconds)} | ${one.budgetSeconds} s | ${one.health ?? '-'} | ${line(one.evidence ?? one.purpose)} |`,
  );
  return [
    `# Rollback of ${deploymentId} to ${to}`,
    '',
    `- state: **${state}**`,
    `- id: ${rollbackId}, mode ${mode}`,
    `- reason: ${line(reason)}`,
    `- started ${rollback.startedAt} by ${rollback.startedBy}${rollback.endedAt === null ? '' : `, ended ${rollback.endedAt}`}`,
    `- time on steps: ${seconds(rollback.seconds)}`,
    '',
    '| | step | state | took | budget | health | evidence |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...(failure === null
      ? []
      : [
          `## Failed at ${failure.step}`,
          '',
          failure.cause,
          '',
          ...failure.doesNotHold.map((text) => `- does not hold: ${text}`),
          ...failure.holds.map((text) => `- holds: ${text}`),
          '',
        ]),
  ].join('\n');
};
