import type { DeploymentReport } from './deployment-report';

/** Text of whoever wrote it, so that it cannot be taken for markup. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*[\]<>|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[#+-]/g, '\\$&');

const cell = (value: string | number | boolean | null): string =>
  value === null ? '' : plain(String(value));

type Cells = readonly (string | number | boolean | null)[];

const table = (head: readonly string[], rows: readonly Cells[]): string =>
  rows.length === 0
    ? 'None.'
    : [head, head.map(() => '---')]
        .map((line) => `| ${line.join(' | ')} |`)
        .concat(rows.map((row) => `| ${row.map(cell).join(' | ')} |`))
        .join('\n');

const list = (lines: readonly string[]): string =>
  lines.length === 0 ? 'Nothing.' : lines.map((line) => `- ${line}`).join('\n');

const section = (title: string, body: string): string => `## ${title}\n\n${body}`;

const phasesOf = ({ items }: DeploymentReport['checklist']): string =>
  [...new Set(items.map(({ phase }) => phase))]
    .map((phase) => {
      const lines = items
        .filter((line) => line.phase === phase)
        .map(({ item, description, ticked, by, at, evidence }) => {
          const who = ticked ? `, ${cell(by)} at ${cell(at)}` : '';
          const what = description === null ? '' : `: ${plain(description)}`;
          const proof = evidence === null ? '' : ` (${plain(evidence)})`;
          return `- [${ticked ? 'x' : ' '}] ${plain(item)}${what}${who}${proof}`;
        });
      return [`### ${phase}`, '', ...lines].join('\n');
    })
    .join('\n\n') || 'None.';

const asked = ({
  comparison,
  threshold,
  unit,
}: DeploymentReport['plan']['gates'][number]): string =>
  comparison === null ? 'successful' : `${comparison} ${String(threshold)} ${unit ?? ''}`.trim();

const gatesOf = ({ plan, checks }: DeploymentReport): string => {
  const required = plan.gates.map((rule) => {
    const check = checks.find(({ gate }) => gate === rule.gate);
    return [
      rule.gate,
      asked(rule),
      check?.outcome ?? 'not checked',
      check?.measured ?? null,
      check?.evidence ?? null,
      check?.by ?? null,
      check?.at ?? null,
    ];
  });
  const others = checks
    .filter(({ gate }) => !plan.gates.some((rule) => rule.gate === gate))
    .map(({ gate, outcome, measured, evidence, by, at }) => [
      gate,
      'not required',
      outcome,
      measured,
      evidence,
      by,
      at,
    ]);
  const head = ['gate', 'asked for', 'outcome', 'measured', 'evidence', 'by', 'at'];
  return table(head, [...required, ...others]);
};

const decisionOf = ({ decision, overrideRequest }: DeploymentReport): string => {
  if (decision === null) {
    return overrideRequest === null
      ? 'Not decided.'
      : `Not decided. ${cell(overrideRequest.by)} asks for an override: ${plain(overrideRequest.reason)}`;
  }
  const { verdict, by, at, reason, contentHash, override } = decision;
  const word = verdict === 'go' ? 'GO' : 'NO-GO';
  const lines = [`**${word}** by ${cell(by)} at ${at}: ${plain(reason)}`, `Of \`${contentHash}\`.`];
  if (override === null) return lines.join('\n\n');
  const missing = override.missing.map(({ kind, name, why }) => plain(`${kind} ${name} ${why}`));
  const request = `Overrides, as ${cell(override.requestedBy)} asked (${plain(override.reason)}):`;
  return [...lines, request, list(missing)].join('\n\n');
};

const signOffsOf = ({ signOffs }: DeploymentReport): string =>
  table(
    ['role', 'verdict', 'by', 'at', 'comment'],
    signOffs.map(({ role, verdict, by, at, comment, invalidatedBy }) => {
      const { kind = '', name = '', to = '' } = invalidatedBy ?? {};
      const open = invalidatedBy === null ? 'open' : `fell, as ${kind} ${name} became ${to}`;
      return [role, verdict ?? open, by, at, comment];
    }),
  );

/** A report for people. */
export const reportMarkdown = (report: DeploymentReport): string => {
  const { deploymentId, status, traffic, position, contentHash, plan, checklist } = report;
  const { succession, missing, timeline } = report;
  const facts: readonly (readonly [string, string | null])[] = [
    ['version', plan.version],
    ['flow', plan.flow],
    ['status', status],
    ['traffic', `${String(traffic)} %`],
    ['planned by', plan.plannedBy],
    ['planned at', plan.plannedAt],
    ['planned to follow', plan.previous],
    ['live since', succession.liveAt],
    ['ended', succession.endedAt],
    ['supersedes', succession.supersedes],
    ['superseded by', succession.supersededBy],
    ['content hash', contentHash],
    ['ledger position', position],
    ['notes', plan.notes],
  ];
  const known = facts.flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${plain(value)}`],
  );
  const lacking = missing.map(({ kind, name, why }) => plain(`${kind} ${name} ${why}`));
  const done = `${String(checklist.ticked)} of ${String(checklist.total)}`;
  const course = timeline.map(({ at, by, text }) => [at, by, text]);
  return [
    `# Deployment ${plain(deploymentId)}`,
    list(known),
    section('Decision', decisionOf(report)),
    section('What the next step lacks', list(lacking)),
    section('Sign-offs', signOffsOf(report)),
    section('Gates', gatesOf(report)),
    section(`Checklist (${done})`, phasesOf(checklist)),
    section('Timeline', table(['at', 'by', 'what'], course)),
    '',
  ].join('\n\n');
};
