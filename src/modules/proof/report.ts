import { count, counted, duration } from '../cli/amounts';
import { redraw } from '../cli/progress';
import { table } from '../cli/table';
import type { Output, Palette } from '../cli/terminal';
import type { Proof, ProofProgress } from './proof.schemas';

const listedAtMost = 20;
const lineMilliseconds = 5_000;

/** One line of progress: how far, how fast, how long it will take. */
const progressText = ({ step, done, total, ratePerSecond, secondsLeft }: ProofProgress): string => {
  const share = total === 0 ? 100 : Math.floor((100 * done) / total);
  const left = secondsLeft === null ? '' : `  ${duration(1_000 * secondsLeft)} left`;
  return `${step}  ${count(done)} of ${count(total)}  ${share} %  ${count(ratePerSecond)}/s${left}`;
};

/** Shows progress as it comes: redrawn on a terminal, else a line every few seconds. */
export class ProgressLine {
  private shownAt: number;

  constructor(
    private readonly output: Output,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.shownAt = now();
  }

  show(progress: ProofProgress): void {
    const text = progressText(progress);
    if (this.output.isTTY === true) redraw(this.output, text);
    else if (this.now() - this.shownAt >= lineMilliseconds) {
      this.shownAt = this.now();
      this.output.write(`${text}\n`);
    }
  }

  end(): void {
    if (this.output.isTTY === true) redraw(this.output, '');
  }
}

interface Part {
  readonly name: string;
  readonly holds: boolean;
  readonly faultCount: number;
  readonly faults: readonly { readonly detail: string }[];
}

const partsOf = ({ ledger, projections, kafka }: Proof): Part[] => [
  { name: 'ledger', ...ledger },
  ...projections.map((one) => ({ name: one.projection, ...one })),
  ...(kafka === null ? [] : [{ name: `topic ${kafka.topic}`, ...kafka }]),
];

const faultsText = ({ name, faultCount, faults }: Part, { strong, bad }: Palette): string => {
  const lines = faults.slice(0, listedAtMost).map(({ detail }) => `  ${detail}\n`);
  const rest = faultCount - lines.length;
  const more = rest > 0 ? `  and ${count(rest)} more${restIn(faultCount, faults.length)}\n` : '';
  return `\n${strong(bad(`${name}: ${counted(faultCount, 'fault')}`))}\n${lines.join('')}${more}`;
};

const restIn = (found: number, listed: number): string =>
  listed > listedAtMost
    ? `; --json lists ${listed < found ? `the first ${count(listed)}` : 'all'}`
    : '';

const short = (hash: string | null): string => (hash === null ? '-' : hash.slice(0, 12));

const standingOf = ({ holds, skippedEvents }: Proof['projections'][number]): string => {
  const standing = holds ? 'holds' : 'does not hold';
  return skippedEvents === 0
    ? standing
    : `${standing}, without ${counted(skippedEvents, 'skipped event')}`;
};

const tableText = ({ projections }: Proof, { faint }: Palette): string => {
  if (projections.length === 0) return '';
  const columns = [
    { title: 'read model', shrinks: true },
    { title: 'position', align: 'right' },
    { title: 'ledger hash' },
    { title: 'rows', align: 'right' },
    { title: 'content hash' },
    { title: '' },
  ] as const;
  const rows = projections.map((one) => [
    one.projection,
    count(BigInt(one.position)),
    short(one.ledgerHash),
    count(one.rows),
    short(one.contentHash),
    standingOf(one),
  ]);
  return `\n${table(columns, rows, { heading: faint })}`;
};

/** The proof for a person. */
export const proofText = (proof: Proof, palette: Palette): string => {
  const { strong, good, bad } = palette;
  const { ledger, kafka } = proof;
  const from = ledger.after === '0' ? '' : ` behind position ${count(BigInt(ledger.after))}`;
  const broken = partsOf(proof).filter(({ holds }) => !holds);
  const verdict = proof.holds
    ? strong(good('Holds'))
    : strong(bad(`Does not hold: ${broken.map(({ name }) => name).join(', ')}`));
  return [
    `${strong('ledger')}  ${counted(ledger.events, 'event')} in ${counted(ledger.commits, 'commit')}${from}\n`,
    `  position ${count(BigInt(ledger.position))}\n  hash ${ledger.hash}\n`,
    kafka === null
      ? ''
      : `${strong('topic')}   ${kafka.topic}: ${counted(kafka.messages, 'message')}, ${count(kafka.resent)} sent again, up to position ${count(BigInt(kafka.position))}\n`,
    tableText(proof, palette),
    ...broken.map((part) => faultsText(part, palette)),
    `\n${verdict}: ${duration(1_000 * proof.seconds)}, ${count(proof.eventsPerSecond)} events/s\n`,
  ].join('');
};
