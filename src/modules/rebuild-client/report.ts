import { count, counted, duration } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import type { RebuildPlan, RebuildProgress } from '../rebuild/rebuild.schemas';

const bytesText = (bytes: number): string =>
  bytes < 1_048_576
    ? `${count(Math.ceil(bytes / 1_024))} KiB`
    : `${count(Math.ceil(bytes / 1_048_576))} MiB`;

/** What a rebuild would take, for a person. */
export const planText = (plan: RebuildPlan): string => {
  const { events, fromPosition, toPosition, ratePerSecond, rateIs, secondsAtLeast } = plan;
  const { bytes, cutover, dropped, projections } = plan;
  const names = projections.map(({ projection, version }) => `${projection} v${version}`);
  return [
    `${names.join(', ')}\n`,
    `  reads    ${counted(events, 'event')}, positions ${fromPosition} to ${toPosition}\n`,
    `  time     ${duration(1_000 * secondsAtLeast)} at ${count(ratePerSecond)} events/s (${rateIs})\n`,
    `  disk     about ${bytesText(bytes)}, as the live ones\n`,
    cutover === null
      ? '  cutover  never: a part of the ledger is there to be looked at\n'
      : `  cutover  locks ${cutover.views.join(', ')} for ${cutover.lockMilliseconds} ms at most, and tries again\n`,
    ...dropped.map(
      (one) => `  drops    ${one.generation} (${bytesText(one.bytes)}), which has had its time\n`,
    ),
  ].join('');
};

const differencesText = ({
  differences,
  parked,
}: RebuildProgress['projections'][number]): string => {
  const unapplied = parked === null || parked === 0 ? '' : `; ${counted(parked, 'event')} parked`;
  if (differences === null) return `not compared${unapplied}`;
  const { added, missing, changed } = differences;
  if (added + missing + changed === 0) return `none${unapplied}`;
  return `${count(added)} added, ${count(missing)} missing, ${count(changed)} changed${unapplied}`;
};

const howToGoOn = ({ rebuildId, waitsFor }: RebuildProgress): string => {
  if (waitsFor === null) return '';
  const accept =
    waitsFor.why === 'manual'
      ? ''
      : `${waitsFor.projections.map((name) => ` --accept ${name}`).join('')} --reason "..."`;
  return [
    waitsFor.why === 'manual'
      ? 'It is built, and waits to be taken live:\n'
      : `It differs from what is live: ${waitsFor.projections.join(', ')}. Look, then accept or cancel:\n`,
    `  npm run -s rebuild -- diff ${rebuildId} > diff.jsonl\n`,
    `  npm run rebuild -- cut-over ${rebuildId}${accept}\n`,
    `  npm run rebuild -- cancel ${rebuildId}\n`,
  ].join('');
};

/** How a rebuild is or ended, for a person. */
export const rebuildText = (progress: RebuildProgress, { strong, faint }: Palette): string => {
  const { rebuildId, state, dryRun, reason, projections } = progress;
  const columns = [
    { title: 'read model', shrinks: true },
    { title: 'generation' },
    { title: 'rows', align: 'right' },
    { title: 'differences from live' },
  ] as const;
  const rows = projections.map((one) => [
    one.projection,
    one.generation ?? '-',
    one.rows === null ? '-' : count(one.rows),
    differencesText(one),
  ]);
  const kind = dryRun ? 'dry run' : 'rebuild';
  const why = reason === null ? '' : `: ${reason}`;
  return `${table(columns, rows, { heading: faint })}\n${strong(`${kind} ${rebuildId} is ${state}`)}${why}\n${howToGoOn(progress)}`;
};
