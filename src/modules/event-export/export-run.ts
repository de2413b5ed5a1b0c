import { Unreachable } from '../cli/api-client';
import type { ApiClient } from '../cli/api-client';
import { Pacer } from '../pacing/pacer';
import { pause } from '../pacing/pause';
import type { EventCounts } from '../reading/event.schemas';
import { positionOfLine } from './export-sink';
import type { ExportSink } from './export-sink';
import { sealedQueryOf } from './scope-flags';
import type { Scope } from './scope-flags';

const linesAtOnce = 1_000;
const charactersAtOnce = 256 * 1024;

/** After a broken connection; and how often in a row, while no event comes. */
const retryMilliseconds = 1_000;
const triesAtMost = 30;

/** Lines gathered to be written at once. */
async function* portions(lines: AsyncIterable<string>, size: number): AsyncGenerator<string[]> {
  let portion: string[] = [];
  let characters = 0;
  for await (const line of lines) {
    portion.push(line);
    characters += line.length;
    if (portion.length < size && characters < charactersAtOnce) continue;
    yield portion;
    portion = [];
    characters = 0;
  }
  if (portion.length > 0) yield portion;
}

type Names = Pick<Scope, 'streams' | 'types' | 'deployments'>;

interface Manner {
  /** Events in a second; null for no limit. */
  readonly perSecond: number | null;
  readonly signal: AbortSignal;
  /** Told whenever some more are written. */
  readonly advanced: (events: number) => void;
}

/** Brings events to a sink: whole lines, in order, each once, at a rate. */
export class ExportRun {
  /** Events written so far. */
  written = 0;
  private through: bigint;
  private readonly pacer: Pacer;

  constructor(
    private readonly client: Pick<ApiClient, 'lines'>,
    private readonly sink: ExportSink,
    private readonly manner: Manner,
  ) {
    this.pacer = new Pacer(manner.perSecond);
    this.through = sink.through ?? 0n;
  }

  /**
   * Goes on over broken connections, behind the last line that was written, until everything within
   * `bounds` is there or the signal is aborted.
   *
   * @throws Refused; Unreachable where no event came for long.
   */
  async write({ streams, types, deployments }: Scope, bounds: EventCounts): Promise<void> {
    const names = {
      ...(streams === undefined ? {} : { streams }),
      ...(types === undefined ? {} : { types }),
      ...(deployments === undefined ? {} : { deployments }),
    };
    for (let tries = triesAtMost; ; tries -= 1) {
      const before = this.written;
      try {
        await this.copy(names, bounds);
        return;
      } catch (error) {
        if (this.manner.signal.aborted) return;
        if (this.written > before) tries = triesAtMost;
        if (!(error instanceof Unreachable) || tries === 0) throw error;
        await pause(retryMilliseconds, this.manner.signal);
      }
    }
  }

  private async copy(names: Names, { fromPosition, toPosition }: EventCounts): Promise<void> {
    const { signal, advanced } = this.manner;
    const next = this.through + 1n;
    const from = next > BigInt(fromPosition) ? String(next) : fromPosition;
    const query = sealedQueryOf({ ...names, fromPosition: from, toPosition });
    const lines = this.client.lines('/v1/events', query, signal);
    for await (const portion of portions(lines, this.pacer.portion(linesAtOnce))) {
      const delay = this.pacer.delay(portion.length);
      if (delay > 0) await pause(delay, signal);
      if (signal.aborted) return;
      await this.sink.write(`${portion.join('\n')}\n`);
      this.through = positionOfLine(portion.at(-1) ?? '') ?? this.through;
      this.written += portion.length;
      advanced(portion.length);
    }
  }
}
