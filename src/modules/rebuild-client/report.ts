import { count, counted, duration, size } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import type { RebuildPlan, RebuildProgress } from '../rebuild/rebuild.schemas';

type Pace = Pick<RebuildPlan, 'events' | 'ratePerSecond' | 'rateIs' | 'secondsAtLeast'>;

/** How long it takes, no faster than was asked for. */
const timeText = (
  { events, ratePerSecond, rateIs, secondsAtLeast }: Pace,
  atMost: number | null,
): string =>
  atMost !== null && atMost < ratePerSecond
    ? `${duration((1_000 * events) / atMost)} at ${count(atMost)} events/s (asked for)`
    : `${duration(1_000 * secondsAtLeast)} at ${count(ratePerSecond)} events/s (${rateIs})`;

/** What a rebuild would take that reads so many events a second at most, for a person. */
export const planText = (plan: RebuildPlan, maxEventsPerSecond: number | null): string => {
  const { events, fromPosition, toPosition } = plan;
  const { bytes, cutover, dropped, projections } = plan;
  const names = projections.map(({ projection, version }) => `${projection} v${version}`);
  return [
    `${names.join(', ')}\n`,
    `  reads    ${counted(events, 'event')}, positions ${fromPosition} to ${toPosition}\n`,
    `  time     ${timeText(plan, maxEventsPerSecond)}\n`,
    `  disk     about ${size(bytes)}, as the live ones\n`,
    cutover === null
      ? '  cutover  never: a part of the ledger is there to be looked at\n'
      : `  cutover  locks ${cutover.views.join(', ')} for ${cutover.lockMilliseconds} ms at most, and tries again\n`,
    ...dropped.map(
      (one) => `  drops    ${one.generation} (${size(one.bytes)}), which has had its time\n`,
    ),
  ].join('');
};

type Part = RebuildProgress['projections'][number];

const differencesText = ({ differences, parked }: Part): string => {
  const unapplied = parked === null || parked === 0 ? '' : `; ${counted(parked, 'event')} parked`;
  if (differences === null) return `not compared${unapplied}`;
  const { added, missing, changed } = differences;
  if (added + missing + changed === 0) return `none${unapplied}`;
  return `${count(added)} added, ${count(missing)} missing, ${count(changed)} changed${unapplied}`;
};

const refoldedTexts = {
  everything: (rows: number) => `all ${count(rows)} rows folded again`,
  streams: (rows: number) => `${count(rows)} rows of some streams folded again`,
  keys: (rows: number) => `${count(rows)} rows folded again`,
  nothing: () => 'none folded again',
} as const;

/** What a generation is proven by, or where it is false. */
const proofText = ({ projection, verification, verifying }: Part, { bad }: Palette): string => {
  if (verifying !== null) return `  ${projection} is being proven: ${verifying.step}\n`;
  if (verification === null) return '';
  const { holds, position, events, refolded, faultCount, faults } = verification;
  if (!holds) {
    const shown = faults.map((fault) => `    ${fault}\n`);
    const rest = faultCount - faults.length;
    const more = rest > 0 ? `    and ${count(rest)} more\n` : '';
    return `  ${bad(`${projection} is false: ${counted(faultCount, 'fault')}`)}\n${shown.join('')}${more}`;
  }
  const again = refoldedTexts[refolded.of](refolded.rows);
  return `  ${projection} holds at ${count(BigInt(position))}: ${counted(events, 'event')} accounted for, ${again}\n`;
};

/** What was made of a part of the ledger is compared when somebody asks. */
const isUncompared = ({ state, projections }: RebuildProgress): boolean =>
  state === 'completed' &&
  projections.some(
    ({ differences, verification }) => differences === null && verification === null,
  );

const howToGoOn = (progress: RebuildProgress): string => {
  const { rebuildId, waitsFor } = progress;
  if (waitsFor === null) {
    return isUncompared(progress)
      ? `how it differs from the whole:\n  npm run -s rebuild -- diff ${rebuildId}\n`
      : '';
  }
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
export const rebuildText = (progress: RebuildProgress, palette: Palette): string => {
  const { strong, faint } = palette;
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
  const proofs = projections.map((one) => proofText(one, palette)).join('');
  const proven = proofs === '' ? '' : `\nproven by the ledger\n${proofs}`;
  const why = reason === null ? '' : `: ${reason}`;
  return `${table(columns, rows, { heading: faint })}${proven}\n${strong(`${kind} ${rebuildId} is ${state}`)}${why}\n${howToGoOn(progress)}`;
};
