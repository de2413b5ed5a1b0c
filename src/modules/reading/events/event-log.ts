import { Injectable } from '@nestjs/common';
import { SettledTimes } from '../../ledger/settled-times';
import type { EventRow } from '../../ledger/stored-event';
import { Courtesy } from '../../pacing/courtesy';
import { ReadingDatabase } from '../reading-database';
import {
  boundarySql,
  countsOfStreamsSql,
  countsSql,
  endSql,
  oneSql,
  scanSql,
  scanStreamsSql,
  streamSql,
  versionSql,
} from './event-log.sql';

/** Positions that one statement looks at: a rare type is looked for in steps, not in one long scan. */
const windowPositions = 50_000n;

/** Positions that one statement counts: some hundredths of a second, however long the scope is. */
const countedPositions = 50_000n;

const never = new AbortController().signal;

interface Count {
  readonly type: string;
  readonly events: number;
}

/** How long a page may be looked for; what was found until then is answered. */
const searchMilliseconds = 5_000;

/** Data of one page at most. */
const bytesAtMost = 4 * 1024 * 1024;

/** Which events, besides where; null for all. */
export interface Names {
  readonly streams: readonly string[] | null;
  readonly types: readonly string[] | null;
  readonly deployments: readonly string[] | null;
}

/** Where to look, by position or by version of a stream: behind `after`, up to and with `end`. */
export interface Part {
  readonly after: bigint;
  readonly end: bigint;
  readonly limit: number;
  /** Of data, give or take one event. */
  readonly bytes?: number;
}

/** Some events in order, and how far it was looked for them: a position, or a version of a stream. */
export interface Found {
  readonly events: readonly EventRow[];
  readonly through: bigint;
}

/** Where a moment lies between positions, and whether nothing can be recorded before it any more. */
interface Boundary {
  readonly position: bigint;
  readonly isSettled: boolean;
}

type CutRow = EventRow & { readonly found: number };

const bytesOf = (events: readonly EventRow[]): number =>
  events.reduce((sum, { data }) => sum + data.length, 0);

const isAll = ({ streams, types, deployments }: Names): boolean =>
  streams === null && types === null && deployments === null;

/** Whether there may be more behind them: as many as asked for, or as many as one answer may hold. */
const isCut = (events: readonly CutRow[], limit: number): boolean =>
  events[0] !== undefined && (events[0].found === limit || events[0].found > events.length);

const positionOf = (events: readonly EventRow[]): bigint => BigInt(events.at(-1)?.position ?? 0);
const versionOf = (events: readonly EventRow[]): bigint => BigInt(events.at(-1)?.version ?? 0);

const smaller = (left: bigint, right: bigint): bigint => (left < right ? left : right);

/** Reads events as they are stored, page by page; nothing is held between pages. */
@Injectable()
export class EventLog {
  /** Of parts that are full, by where they begin: what is recorded does not change. */
  private readonly counted = new Map<bigint, readonly Count[]>();

  constructor(
    private readonly database: ReadingDatabase,
    private readonly times: SettledTimes,
  ) {}

  /** The last position of the ledger; everything up to it is there to be read. */
  async end(): Promise<bigint> {
    const [row] = await this.database.ask<{ position: string }>(endSql, []);
    return BigInt(row?.position ?? 0);
  }

  /**
   * The first position recorded at `moment` or later, or the one behind the end. That of a moment which
   * has gone by stays what it is, whatever was on its way to the ledger when it was asked for.
   *
   * @throws LedgerUnavailable while that cannot be said.
   */
  async boundary(moment: string): Promise<bigint> {
    const found = await this.lookFor(moment);
    if (found.isSettled || Date.parse(moment) > Date.now()) return found.position;
    await this.times.settle(moment);
    return (await this.lookFor(moment)).position;
  }

  private async lookFor(moment: string): Promise<Boundary> {
    const [row] = await this.database.ask<{ position: string; isSettled: boolean }>(boundarySql, [
      moment,
    ]);
    return { position: BigInt(row?.position ?? 1), isSettled: row?.isSettled ?? true };
  }

  async one(position: bigint): Promise<EventRow | undefined> {
    const [row] = await this.database.ask<EventRow>(oneSql, [position]);
    return row;
  }

  /** The next events of a part, from one look at its beginning. */
  async look(names: Names, part: Part): Promise<Found> {
    const window = isAll(names) ? BigInt(part.limit) : windowPositions;
    return this.scan(scanSql, names, { ...part, end: smaller(part.end, part.after + window) });
  }

  /** The next events of a part: as many as asked for, unless that takes too long. */
  async page(names: Names, part: Part): Promise<Found> {
    if (names.streams !== null) return this.scan(scanStreamsSql, names, part);
    const deadline = performance.now() + searchMilliseconds;
    const events: EventRow[] = [];
    let through = part.after;
    const most = part.bytes ?? bytesAtMost;
    let bytes = most;
    do {
      const limit = part.limit - events.length;
      const found = await this.look(names, { after: through, end: part.end, limit, bytes });
      events.push(...found.events);
      through = found.through;
      bytes = most - bytesOf(events);
    } while (
      through < part.end &&
      events.length < part.limit &&
      bytes > 0 &&
      performance.now() < deadline
    );
    return { events, through };
  }

  /** How many events of each type there are behind `after` up to and with `end`. Commands go first. */
  async counts(
    names: Names,
    { after, end }: Pick<Part, 'after' | 'end'>,
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const courtesy = new Courtesy(async () => String(await this.end()));
    for (let at = after; at < end;) {
      const full = (at / countedPositions + 1n) * countedPositions;
      const through = names.streams === null ? smaller(end, full) : end;
      const isKept = isAll(names) && through - at === countedPositions;
      const known = isKept ? this.counted.get(at) : undefined;
      const found = known ?? (await this.countsOf(names, at, through));
      if (isKept) this.counted.set(at, found);
      for (const { type, events } of found) counts.set(type, (counts.get(type) ?? 0) + events);
      at = through;
      if (known === undefined && at < end) await courtesy.pass(never);
    }
    return counts;
  }

  private countsOf(
    { streams, types, deployments }: Names,
    after: bigint,
    end: bigint,
  ): Promise<Count[]> {
    const values = [after, end, types, deployments];
    return streams === null
      ? this.database.ask(countsSql, values)
      : this.database.ask(countsOfStreamsSql, [...values, streams]);
  }

  /** The version of a stream; 0 for one that does not exist. */
  async version(stream: string): Promise<number> {
    const [last] = await this.database.ask<{ version: number }>(versionSql, [stream]);
    return last?.version ?? 0;
  }

  /** The next events of a part of a stream, by version. */
  async ofStream(stream: string, { after, end, limit }: Part): Promise<Found> {
    if (end <= after) return { events: [], through: after }; // anyone can write a cursor
    const values = [bytesAtMost, after, end, stream, limit];
    const events = await this.database.ask<CutRow>(streamSql, values);
    return { events, through: isCut(events, limit) ? versionOf(events) : end };
  }

  private async scan(
    sql: string,
    { streams, types, deployments }: Names,
    { after, end, limit, bytes = bytesAtMost }: Part,
  ): Promise<Found> {
    if (end <= after) return { events: [], through: after };
    const values = [bytes, after, end, types, deployments, streams, limit];
    const events = await this.database.ask<CutRow>(sql, values);
    return { events, through: isCut(events, limit) ? positionOf(events) : end };
  }
}
