import type { KafkaSettings } from '../../config/settings';
import type { KafkaMessage } from '../../kafka/event-message';
import { readTopic } from '../../kafka/topic-reading';
import type { LedgerReader } from '../../ledger/ledger-reader';
import type { Place } from '../ledger/chain';
import { FaultList } from '../fault-list';
import type { Meter } from '../meter';
import type { TopicFault, TopicProof } from '../proof.schemas';
import type { Snapshot } from '../../database/snapshot';
import { sealedMessage } from './sealed-message';
import { TopicCheck } from './topic-check';

const relaySql = `select position from ops.relay where topic = $1`;

const recordedSql = `select extract(epoch from recorded_at) * 1000 as at from ledger.events where position = $1`;

// Not in the snapshot: messages of what was recorded since may already be there.
const digestsSql = `
select position, encode(digest, 'hex') as digest from ledger.events where position = any ($1::bigint[])`;

/** Up to where everything has to be on the topic. */
const relayed = async (snapshot: Snapshot, topic: string): Promise<bigint> => {
  const [row] = await snapshot.ask<{ position: string }>(relaySql, [topic]);
  return BigInt(row?.position ?? 0);
};

/** When the first event behind a position was recorded, in milliseconds; before that none was sent. */
const timeBehind = async (snapshot: Snapshot, after: bigint): Promise<number | null> => {
  if (after === 0n) return null;
  const [row] = await snapshot.ask<{ at: string }>(recordedSql, [after + 1n]);
  return row === undefined ? null : Math.floor(Number(row.at));
};

const digestsOf = async (
  { pool }: LedgerReader,
  positions: readonly bigint[],
): Promise<ReadonlyMap<bigint, string>> => {
  const { rows } = await pool.query<{ position: string; digest: string }>(digestsSql, [positions]);
  return new Map(rows.map(({ position, digest }) => [BigInt(position), digest]));
};

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/**
 * Reads the topic up to its end of now and holds it against the ledger. What the ledger says its
 * digests are is taken from there, which the proof of the ledger is about.
 *
 * @throws what `signal` was aborted with; that the topic cannot be read is a fault.
 */
export const proveTopic = async (
  settings: KafkaSettings,
  reader: LedgerReader,
  snapshot: Snapshot,
  start: Place,
  meter: Meter,
  signal: AbortSignal,
): Promise<TopicProof> => {
  const { topic } = settings;
  const faults = new FaultList<TopicFault>();
  const position = await relayed(snapshot, topic);
  const after = start.position < position ? start.position : position;
  const check = new TopicCheck(after, position, settings.partitions, faults);
  let messages = 0;
  let foreign = 0;
  const take = async (partition: number, some: readonly KafkaMessage[]): Promise<void> => {
    const sealed = some.flatMap((message) => sealedMessage(message) ?? []);
    const digests = await digestsOf(
      reader,
      sealed.map((one) => one.position),
    );
    for (const one of sealed) check.take(partition, one, digests.get(one.position));
    messages += some.length;
    foreign += some.length - sealed.length;
    meter.advance(some.length);
  };
  try {
    const since = await timeBehind(snapshot, after);
    const begin = (total: number): void => {
      meter.begin('kafka', total);
    };
    await readTopic(settings, since, begin, take, signal);
    meter.begin('kafka, what is missing', Number(position - after));
    await check.finish((positions) => {
      meter.advance(positions);
      signal.throwIfAborted();
    });
  } catch (error) {
    signal.throwIfAborted();
    const detail = `topic ${topic} cannot be read: ${reasonOf(error)}`;
    faults.add({ kind: 'unreadable', position: null, partition: null, detail });
  }
  return {
    holds: faults.count === 0,
    topic,
    after: String(after),
    position: String(position),
    messages,
    resent: check.resent,
    foreign,
    faultCount: faults.count,
    faults: faults.listed,
  };
};
