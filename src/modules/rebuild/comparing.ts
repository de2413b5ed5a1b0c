import { pause } from '../database/election';
import { hashAt } from '../proof/ledger/places';
import { Snapshot } from '../proof/snapshot';
import { positionsSql } from '../projector/generation.sql';
import type { Generation } from '../projector/generations';
import { diffOf, parkedIn } from './diff/projection-diff';
import type { ProjectionDiff } from './diff/projection-diff';
import type { Built } from './built-generations';
import type { RebuildMeans } from './rebuild-means';
import type { RebuildSteps } from './rebuild-steps';

const lookMilliseconds = 100;

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
}

/** What one snapshot says of two generations. */
interface Found {
  /** Undefined where there is nothing of this version to compare with. */
  readonly diff: ProjectionDiff | undefined;
  readonly parked: ProjectionDiff['parked'];
  readonly ledgerHash: string | null;
}

interface Place extends Generation {
  readonly position: bigint;
}

/** Waits until a generation stands where the live one does, and compares the two there. */
export class Comparing {
  constructor(
    private readonly steps: RebuildSteps,
    private readonly means: RebuildMeans,
  ) {}

  /** Null when `signal` was aborted before. */
  async run(built: Built, signal: AbortSignal): Promise<Compared | null> {
    const { name } = built.projection;
    const known = (await this.steps.all()).find(
      ({ projection, step, isDone }) => projection === name && step === 'diff' && isDone,
    );
    if (known !== undefined) return known.detail as unknown as Compared;
    await this.steps.begin(name, 'catch-up', built.generation);
    const target = await this.means.generations.end();
    const hasCaughtUp = await this.until(signal, async () => {
      const own = (await this.places()).find(({ id }) => id === built.generation);
      return (own !== undefined && own.position >= target) || null;
    });
    if (hasCaughtUp === null) return null;
    await this.steps.end(name, 'catch-up', { position: String(target) });
    await this.steps.begin(name, 'join', built.generation);
    const compared = await this.until(signal, () => this.compare(built));
    return compared;
  }

  private async compare(built: Built): Promise<Compared | null> {
    const { projection, generation } = built;
    const places = await this.places();
    const own = places.find(({ id }) => id === generation);
    const live = places.find(
      (one) => one.projection === projection.name && one.state === 'live' && one.id !== generation,
    );
    const isComparable = live?.version === projection.version;
    if (own === undefined || own.position < (live?.position ?? 0n)) return null;
    const snapshot = await Snapshot.open(this.means.url, AbortSignal.timeout(3_600_000));
    try {
      const diff = isComparable
        ? await diffOf(snapshot, projection, live.id, generation)
        : undefined;
      if (diff === null) return null; // they do not stand at one position
      const parked = await parkedIn(snapshot, live?.id ?? null, generation);
      const ledgerHash = await hashAt(snapshot, own.position);
      return await this.record(built, own, { diff, parked, ledgerHash });
    } finally {
      await snapshot.close();
    }
  }

  private async record(
    { projection: { name }, generation }: Built,
    own: Place,
    { diff, parked, ledgerHash }: Found,
  ): Promise<Compared> {
    const place = {
      position: diff?.position ?? String(own.position),
      ledgerHash: diff?.ledgerHash ?? ledgerHash,
    };
    const compared: Compared & { readonly diff: ProjectionDiff | null } = {
      projection: name,
      ...summed(diff, parked),
      diff: diff ?? null,
    };
    await this.steps.end(name, 'join', place);
    await this.steps.begin(name, 'verify', generation);
    await this.steps.end(name, 'verify', place);
    await this.steps.begin(name, 'diff', generation);
    await this.steps.end(name, 'diff', { ...compared });
    return compared;
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

const summed = (
  diff: ProjectionDiff | undefined,
  parked: ProjectionDiff['parked'],
): Omit<Compared, 'projection'> => {
  const moreParked = Math.max(0, parked.after - parked.before);
  if (diff === undefined) {
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
