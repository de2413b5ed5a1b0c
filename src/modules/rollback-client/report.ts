import { count, counted } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import type { RollbackPlan, RollbackProgress, WhatIf } from '../rollback/rollback.schemas';

type Step = RollbackProgress['steps'][number];
type Tones = Pick<Palette, 'strong' | 'good' | 'bad'>;

/** A step, with its time against its budget and its evidence. */
export const stepLine = ({
  number,
  step,
  state,
  seconds,
  budgetSeconds,
  evidence,
}: Step): string => {
  const time = seconds === null ? '' : `${seconds.toFixed(2)} s of ${String(budgetSeconds)} s`;
  const mark = { taken: 'ok', failed: 'FAILED', due: '' }[state];
  return `${String(number)}/9  ${step.padEnd(20)} ${mark.padEnd(7)} ${time.padEnd(16)} ${evidence ?? ''}\n`;
};

/** How sums would change, in one line. */
const totalsText = (totals: WhatIf['totals']): string =>
  totals.map(({ column, before, after }) => `${column} ${before} to ${after}`).join(', ');

const whatIfText = ({ projection, how, rows, changed, totals }: WhatIf): string => {
  const sums = totals.length === 0 ? '' : `; ${totalsText(totals)}`;
  return `  ${projection} (${how}): rows ${count(rows.before)} to ${count(rows.after)}, ${count(changed)} changed${sums}\n`;
};

const rehearsalText = (rollback: RollbackProgress, { strong, good, bad }: Tones): string => {
  const { rollbackId, deploymentId, to, state, failure, seconds, whatIf } = rollback;
  if (failure !== null) {
    const lines = failure.doesNotHold.map((text) => `  does not hold: ${text}\n`);
    const head = strong(bad(`rehearsal ${rollbackId} failed at ${failure.step}`));
    return [`${head}: ${failure.cause}\n`, ...lines].join('');
  }
  if (state !== 'completed') return `rehearsal ${rollbackId} is ${state}\n`;
  const head = strong(good(`the rollback of ${deploymentId} to ${to} is rehearsed`));
  return [
    `${head} in ${seconds.toFixed(2)} s, as ${rollbackId}; nothing that is live was touched\n`,
    ...(whatIf ?? []).map(whatIfText),
  ].join('');
};

/** How a rollback stands, or how it ended. */
export const summaryText = (rollback: RollbackProgress, { strong, good, bad }: Palette): string => {
  const { rollbackId, deploymentId, to, state, failure, seconds, rehearsal } = rollback;
  if (rehearsal) return rehearsalText(rollback, { strong, good, bad });
  if (state === 'completed') {
    return `${strong(good(`${deploymentId} is rolled back to ${to}`))} in ${seconds.toFixed(2)} s, as ${rollbackId}\n`;
  }
  if (failure === null) return `rollback ${rollbackId} is ${state}\n`;
  const lines = failure.doesNotHold.map((text) => `  does not hold: ${text}\n`);
  const held = failure.holds.map((text) => `  holds: ${text}\n`);
  return [
    `${strong(bad(`rollback ${rollbackId} failed at ${failure.step}`))}: ${failure.cause}\n`,
    ...lines,
    ...held,
    `go on with it: npm run rollback -- retry ${rollbackId}\n`,
  ].join('');
};

const listed = (counts: Readonly<Record<string, number>>): string => {
  const texts = Object.entries(counts).map(([name, n]) => `${count(n)} ${name}`);
  return texts.length === 0 ? 'none' : texts.join(', ');
};

/** What becomes of a read model: of its rows, or of its sums. */
const fateText = ({ rowsGone, rowsChanged, eventsNotCounted, totals }: VoidModel): string => {
  if (eventsNotCounted === undefined) {
    return `${counted(rowsGone ?? 0, 'row')} gone, ${count(rowsChanged ?? 0)} changed`;
  }
  // Many an event is of a type that it sums up, and adds nothing to it.
  if (totals?.length === 0) return 'its sums stay as they are';
  return `${counted(eventsNotCounted, 'event')} no longer counted`;
};

type VoidModel = NonNullable<RollbackPlan['voids']>['projections'][number];

/** What counts no more, and what becomes of the rows of read models. */
const voidsText = ({ events, streams, projections }: NonNullable<RollbackPlan['voids']>): string =>
  [
    `events that count no more: ${listed(events)}\n`,
    `void as a whole: ${listed(streams)}\n`,
    ...projections.map((model) => {
      const { projection, totals } = model;
      const changes = totals === null || totals.length === 0 ? '' : `; ${totalsText(totals)}`;
      return `  ${projection}: ${fateText(model)}${changes}\n`;
    }),
    ...(projections.some(({ totals }) => totals === null)
      ? ['too much was recorded to say what sums would be: a rehearsal tells (--rehearse)\n']
      : []),
  ].join('');

/** What each step would do, and what is in the way. */
export const planText = (plan: RollbackPlan, { faint, strong }: Palette): string => {
  const events = Object.entries(plan.events).map(([type, n]) => `${count(n)} ${type}`);
  const rows = plan.readModels.map(({ projection, from, to, how }) => [
    projection,
    how,
    from ?? '-',
    to ?? '-',
  ]);
  const columns = [
    { title: 'read model', shrinks: true },
    { title: 'how' },
    { title: 'live now' },
    { title: 'live then' },
  ] as const;
  return [
    `${strong(`${plan.deploymentId} back to ${plan.to}`)}, mode ${plan.mode}, about ${String(plan.estimatedSeconds)} s\n`,
    ...plan.steps.map(
      ({ number, step, purpose, budgetSeconds }) =>
        `${String(number)}/9  ${step.padEnd(20)} ${`${String(budgetSeconds)} s`.padStart(5)}  ${purpose}\n`,
    ),
    `\nrecorded under it, and not deleted: ${events.length === 0 ? 'nothing' : events.join(', ')}\n`,
    ...(plan.voids === null ? [] : [voidsText(plan.voids)]),
    '\n',
    table(columns, rows, { heading: faint }),
    plan.blockers.length === 0
      ? '\nnothing is in the way\n'
      : `\n${counted(plan.blockers.length, 'thing')} in the way:\n${plan.blockers.map((text) => `  ${text}\n`).join('')}`,
  ].join('');
};
