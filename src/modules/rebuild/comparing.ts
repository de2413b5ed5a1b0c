import { pause } from '../pacing/pause';
import { Meter } from '../proof/meter';
import { Snapshot } from '../database/snapshot';
import { positionsSql } from '../projector/generation.sql';
import type { Generation } from '../projector/generations';
import { diffOf, levelOf, parkedIn } from './diff/projection-diff';
import type { ProjectionDiff } from './diff/projection-diff';
import type { Built } from './built-generations';
import type { RebuildMeans } from './rebuild-means';
import type { RebuildSteps } from './rebuild-steps';
import { Verifying } from './verify/verifying';
import type { Verification } from './verify/verification.schemas';

const lookMilliseconds = 100;
const tellMilliseconds = 500;

interface Counts {
  readonly added: number;
  readonly missing: number;
  readonly changed: number;
}

/** How a rebuilt generation stands to the live one. */
export interface Compared {
  readonly projection: string;
  /** Rows; null where there is no live one of this version to compare with. */
  readonly counts: Counts | null;
  /** Rows that differ, and events that are parked in one of the two alone. */
  readonly differences: number | null;
  /** Events that are parked in it. */
  readonly parked: number;
  /** Where it does not hold, nothing is compared. */
  readonly verification: Verification;
}

interface Place extends Generation {
  readonly position: bigint;
}

/**
 * Waits until a generation stands where the live one does, proves it by the ledger, and compares the two:
 * both in one snapshot.
 */
export class Comparing {
  private readonly verifying: Verifying;

  constructor(
    private readonly steps: RebuildSteps,
    private readonly means: RebuildMeans,
  ) {
    this.verifying = new Verifying(means.settings.kafka?.topic ?? null);
  }

  /** Null when `signal` was aborted before. */
  async run(built: Built, signal: AbortSignal): Promise<Compared | null> {
    const { name } = built.projection;
    const known = (await this.steps.all()).find(
      ({ projection, step, isDone }) => projection === name && step === 'diff' && isDone,
    )?.detail as Compared | undefined;
    // Earlier code compared what it had not proven: its word for it does not do.
    if (known !== undefined && isProven(known)) return known;
    await this.steps.begin(name, 'catch-up', built.generation);
    const target = await this.means.generations.end();
    const hasCaughtUp = await this.until(signal, async () => {
      const own = (await this.places()).find(({ id }) => id === built.generation);
      return (own !== undefined && own.position >= target) || null;
    });
    if (hasCaughtUp === null) return null;
    await this.steps.end(name, 'catch-up', { position: String(target) });
    await this.steps.begin(name, 'join', built.generation);
    return this.until(signal, () => this.compare(built, signal));
  }

  /** Null where they do not stand at one position yet. */
  private async compare(built: Built, signal: AbortSignal): Promise<Compared | null> {
    const { projection, generation } = built;
    const { name } = projection;
    const places = await this.places();
    const own = places.find(({ id }) => id === generation);
    const live = places.find(
      (one) => one.projection === name && one.state === 'live' && one.id !== generation,
    );
    const isComparable = live?.version === projection.version;
    if (own === undefined || own.position < (live?.position ?? 0n)) return null;
    const snapshot = await Snapshot.open(this.means.url, signal);
    try {
      if (isComparable && (await levelOf(snapshot, live.id, generation)) === null) return null;
      await this.steps.end(name, 'join', { position: String(own.position) });
      const verification = await this.verify(snapshot, built, signal);
      const parked = await parkedIn(snapshot, live?.id ?? null, generation);
      if (!verification.holds) return falseOne(name, parked, verification);
      await this.steps.begin(name, 'diff', generation);
      const diff = isComparable ? await diffOf(snapshot, projection, live.id, generation) : null;
      const compared = { projection: name, ...summed(diff, parked), verification };
      await this.steps.end(name, 'diff', { ...compared, diff });
      return compared;
    } finally {
      await snapshot.close();
    }
  }

  /** It is done anew for each diff: both are of one snapshot. */
  private async verify(
    snapshot: Snapshot,
    { projection, generation }: Built,
    signal: AbortSignal,
  ): Promise<Verification> {
    const { name } = projection;
    const { through } = (await this.steps.pass()) ?? { through: 0n };
    await this.steps.begin(name, 'verify', generation);
    const meter = new Meter();
    const over = new AbortController();
    const telling = this.tell(name, meter, AbortSignal.any([signal, over.signal]));
    try {
      const filled = { projection, generation, through };
      const verification = await this.verifying.verify(snapshot, filled, meter);
      over.abort();
      await telling;
      await this.steps.end(name, 'verify', verification);
      return verification;
    } finally {
      over.abort();
    }
  }

  private async tell(projection: string, meter: Meter, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // The next one may be told.
      await this.steps.note(projection, 'verify', { ...meter.progress }).catch(() => undefined);
      await pause(tellMilliseconds, signal);
    }
  }

  private async places(): Promise<Place[]> {
    const topic = this.means.settings.kafka?.topic ?? null;
    const { ask } = this.means.generations;
    const rows = await ask<Generation & { position: string }>(positionsSql, [topic]);
    return rows.map((row) => ({ ...row, position: BigInt(row.position) }));
  }

  /** The first that is not null; null when `signal` was aborted before. */
  private async until<T>(signal: AbortSignal, look: () => Promise<T | null>): Promise<T | null> {
    while (!signal.aborted) {
      const found = await look();
      if (found !== null) return found;
      await pause(lookMilliseconds, signal);
    }
    return null;
  }
}

const isProven = ({ verification }: Partial<Compared>): boolean => verification?.holds === true;

/** What differs from live says nothing where it is false itself. */
const falseOne = (
  projection: string,
  parked: ProjectionDiff['parked'],
  verification: Verification,
): Compared => ({
  projection,
  counts: null,
  differences: null,
  parked: parked.after,
  verification,
});

const summed = (
  diff: ProjectionDiff | null,
  parked: ProjectionDiff['parked'],
): Omit<Compared, 'projection' | 'verification'> => {
  const moreParked = Math.max(0, parked.after - parked.before);
  if (diff === null) {
    // Another version differs as it should; what it cannot apply, nobody has looked at.
    return { counts: null, differences: moreParked || null, parked: parked.after };
  }
  const counts = { added: 0, missing: 0, changed: 0 };
  for (const { added, missing, changed } of diff.tables) {
    counts.added += added;
    counts.missing += missing;
    counts.changed += changed;
  }
  const lessParked = Math.max(0, parked.before - parked.after);
  const rows = counts.added + counts.missing + counts.changed;
  return { counts, differences: rows + moreParked + lessParked, parked: parked.after };
};
