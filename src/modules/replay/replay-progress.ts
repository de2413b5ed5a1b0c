import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem';
import { ReadingDatabase } from '../reading/reading-database';
import { RecordedReplays } from './recorded-replays';
import type { Replay } from './recorded-replays';
import type { ReplayProgress } from './replay.schemas';

const placeSql = `
select (after_position + 1)::text as "fromPosition", end_position::text as "toPosition", position::text,
  total::float8, sent::float8, last = '{}' as "isUnprepared", fault,
  (sent - run_from)::float8 as "runSent",
  extract(epoch from clock_timestamp() - run_since)::float8 as "runSeconds"
from ops.replays where replay = $1`;

/** A replay's place as it is told. */
export interface PlaceRow {
  readonly fromPosition: string;
  readonly toPosition: string;
  readonly position: string;
  readonly total: number;
  readonly sent: number;
  readonly isUnprepared: boolean;
  readonly fault: string | null;
  readonly runSent: number;
  readonly runSeconds: number;
}

const rateOf = ({ runSent, runSeconds }: PlaceRow): number =>
  runSeconds > 0 ? Math.round((10 * runSent) / runSeconds) / 10 : 0;

const stepOf = (isOpen: boolean, place: PlaceRow | undefined): ReplayProgress['step'] => {
  if (!isOpen) return 'ended';
  if (place === undefined) return 'counting';
  return place.isUnprepared ? 'preparing' : 'sending';
};

/** How a replay is, from the ledger's word on it and its place, where it has one. */
export const progressOf = (
  { replayId, started, status, reason }: Replay,
  place: PlaceRow | undefined,
): ReplayProgress => {
  const { topic, maxEventsPerSecond } = started.data;
  const state = status === 'absent' ? 'running' : status; // it has started, so it is not absent
  const isRunning = state === 'running';
  const ratePerSecond = isRunning && place !== undefined ? rateOf(place) : 0;
  const left = (place?.total ?? 0) - (place?.sent ?? 0);
  const estimated = ratePerSecond > 0 ? Math.ceil(left / ratePerSecond) : null;
  return {
    replayId,
    topic,
    state,
    step: stepOf(isRunning || state === 'paused', place),
    done: place?.sent ?? 0,
    total: place?.total ?? null,
    ratePerSecond,
    secondsLeft: state === 'completed' ? 0 : estimated,
    fromPosition: place?.fromPosition ?? null,
    toPosition: place?.toPosition ?? null,
    position: place?.position ?? null,
    maxEventsPerSecond,
    reason,
    fault: isRunning ? (place?.fault ?? null) : null,
  };
};

/** Tells how replays are, whichever process carries them out. */
@Injectable()
export class ReplayProgressReader {
  constructor(
    private readonly database: ReadingDatabase,
    private readonly replays: RecordedReplays,
  ) {}

  /** @throws Problem 404 where there is none of that id. */
  async read(replayId: string): Promise<ReplayProgress> {
    const replay = await this.replays.find(replayId);
    if (replay === null) throw new Problem(404, 'replay-unknown', `there is no replay ${replayId}`);
    const [place] = await this.database.ask<PlaceRow>(placeSql, [replayId]);
    return progressOf(replay, place);
  }
}
