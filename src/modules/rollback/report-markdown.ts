import type { RollbackProgress } from './rollback.schemas';

const seconds = (value: number | null): string => (value === null ? '-' : `${value.toFixed(2)} s`);
const line = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const whatIfLines = (whatIf: NonNullable<RollbackProgress['whatIf']>): string[] => {
  if (whatIf.length === 0) return [];
  const rows = whatIf.map(({ projection, how, rows, missing, added, changed, totals }) => {
    const sums = totals.map(({ column, before, after }) => `${column} ${before} to ${after}`);
    return `| ${projection} | ${how} | ${rows.before} | ${rows.after} | ${missing} | ${added} | ${changed} | ${sums.join(', ')} |`;
  });
  return [
    '## What would be',
    '',
    '| read model | how | rows before | after | gone | new | changed | sums |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ];
};

/** The report of a rollback, or of its rehearsal, for people. */
export const rollbackMarkdown = (rollback: RollbackProgress): string => {
  const { rollbackId, deploymentId, to, state, reason, mode, steps, failure, rehearsal } = rollback;
  const rows = steps.map(
    (one) =>
      `| ${one.number} | ${one.step} | ${one.state} | ${seconds(one.seconds)} | ${one.budgetSeconds} s | ${one.health ?? '-'} | ${line(one.evidence ?? one.purpose)} |`,
  );
  return [
    `# ${rehearsal ? 'Rehearsal of the rollback' : 'Rollback'} of ${deploymentId} to ${to}`,
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
    ...whatIfLines(rollback.whatIf ?? []),
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
