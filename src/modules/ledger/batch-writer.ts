import type { Client, QueryResult } from 'pg';
import { writtenContext } from '../telemetry/trace-context';
import { partsOf } from './append';
import type { Append, FirstUse } from './append';
import { instantFromDatabase } from './instant';
import { trusting, useOf } from './judge';
import type { Findings, Judgement, PlacedSpan } from './judge';
import {
  commitSql,
  firstUsesSql,
  headSql,
  lockHeadSql,
  tracedCommitSql,
  versionsSql,
} from './ledger.sql';
import type { LedgerRoom } from './ledger-room';
import type { Head } from './seal';

/* Array literals: JSON string escapes are also array element escapes, as no text here holds control characters. */
const texts = (values: readonly string[]): string =>
  `{${values.map((value) => JSON.stringify(value)).join(',')}}`;
const plain = (values: readonly (string | number | bigint)[]): string => `{${values.join(',')}}`;
const bytes = (values: readonly string[]): string =>
  `{${values.map((hex) => `"\\\\x${hex}"`).join(',')}}`;

const commitStatement = { name: 'commit', text: commitSql };
const tracedCommitStatement = { name: 'traced-commit', text: tracedCommitSql };

/** What the traced statement is told besides; nothing for the other. */
const originValues = (spans: readonly PlacedSpan[]): string[] => {
  if (spans.length === 0) return [];
  const contexts = spans.map(({ span }) => writtenContext(span.context));
  return [
    plain(spans.map(({ position }) => position)),
    plain(spans.map(({ events }) => events)),
    texts(contexts.map(({ traceparent }) => traceparent)),
    texts(contexts.map(({ tracestate }) => tracestate)),
  ];
};

interface VersionRow {
  stream: string;
  version: number;
  position: string;
  voided: string;
}

interface HeadRow {
  position: string;
  hash: Buffer;
  recorded_at: string;
  active_deployment: string;
  voided: string;
}

const headOf = ({ rows }: QueryResult<HeadRow>): Head => {
  const [row] = rows;
  if (row === undefined) throw new Error('the ledger has no head row');
  return {
    position: BigInt(row.position),
    hash: row.hash,
    recordedAt: instantFromDatabase(row.recorded_at),
    activeDeployment: row.active_deployment,
    voided: BigInt(row.voided),
  };
};

/** The statements of the group commit, on one connection; a call queued behind another runs after it. */
export class BatchWriter {
  constructor(
    private readonly client: Client,
    private readonly room: LedgerRoom,
  ) {}

  async head(): Promise<Head> {
    return headOf(await this.client.query<HeadRow>(headSql));
  }

  /** What the database knows of the streams and keys of these appends, as of now. */
  async look(appends: readonly Append[]): Promise<Findings> {
    if (appends.length === 0) return trusting;
    const known = appends.flatMap((append) => [...partsOf(append), ...append.grounds]);
    const streams = [...new Set(known.map(({ stream }) => stream))];
    const keyed = appends.flatMap(({ actor, idempotency }) =>
      idempotency === null ? [] : [{ actor, key: idempotency.key }],
    );
    const [versions, uses] = await Promise.all([
      this.client.query<VersionRow>({
        name: 'versions',
        text: versionsSql,
        values: [texts(streams)],
      }),
      keyed.length === 0 ? [] : this.firstUses(keyed),
    ]);
    return {
      versions: new Map(versions.rows.map(({ stream, version }) => [stream, version])),
      firstUses: new Map(uses),
      position: BigInt(versions.rows[0]?.position ?? 0),
      voided: BigInt(versions.rows[0]?.voided ?? 0),
    };
  }

  private async firstUses(
    keyed: readonly { actor: string; key: string }[],
  ): Promise<[string, FirstUse][]> {
    const { rows } = await this.client.query<{
      actor: string;
      key: string;
      body_hash: string;
      stream: string;
      version: number;
      position: string;
      event_count: number;
    }>({
      name: 'first-uses',
      text: firstUsesSql,
      values: [texts(keyed.map(({ actor }) => actor)), texts(keyed.map(({ key }) => key))],
    });
    return rows.map((row) => [
      useOf(row.actor, row.key),
      {
        bodyHash: row.body_hash,
        stream: row.stream,
        version: row.version,
        position: BigInt(row.position),
        eventCount: row.event_count,
      },
    ]);
  }

  /** Writes a judged batch on top of `before`; false, and nothing written, if the head moved since. */
  async commit(before: Head, { events, keys, spans, head }: Judgement): Promise<boolean> {
    const making = this.room.reach(head.position);
    if (making !== null) await making;
    const uses = keys.map(({ firstUse }) => firstUse);
    const { rows } = await this.client.query({
      ...(spans.length === 0 ? commitStatement : tracedCommitStatement),
      values: [
        before.position,
        before.hash,
        head.position,
        head.hash,
        head.recordedAt,
        texts(events.map(({ stream }) => stream)),
        plain(events.map(({ version }) => version)),
        plain(events.map(({ eventId }) => eventId)),
        texts(events.map(({ type }) => type)),
        plain(events.map(({ schemaVersion }) => schemaVersion)),
        texts(events.map(({ text }) => text)),
        texts(events.map(({ deploymentId }) => deploymentId)),
        texts(events.map(({ correlationId }) => correlationId)),
        texts(events.map(({ causationId }) => causationId ?? '')),
        texts(events.map(({ actor }) => actor)),
        texts(events.map(({ occurredAt }) => occurredAt)),
        bytes(events.map(({ digest }) => digest.toString('hex'))),
        texts(keys.map(({ actor }) => actor)),
        texts(keys.map(({ key }) => key)),
        bytes(uses.map(({ bodyHash }) => bodyHash)),
        texts(uses.map(({ stream }) => stream)),
        plain(uses.map(({ version }) => version)),
        plain(uses.map(({ position }) => position)),
        plain(uses.map(({ eventCount }) => eventCount)),
        head.activeDeployment,
        head.voided,
        ...originValues(spans),
      ],
    });
    return rows.length === 1;
  }

  /** Looks, judges and writes while holding the head, so that it cannot move in between. */
  async commitHolding(
    appends: readonly Append[],
    judgeOn: (head: Head, findings: Findings) => Judgement,
  ): Promise<Judgement> {
    await this.client.query('begin');
    try {
      const head = headOf(await this.client.query<HeadRow>(lockHeadSql));
      const judgement = judgeOn(head, await this.look(appends));
      if (judgement.events.length > 0 || judgement.keys.length > 0) {
        await this.commit(head, judgement);
      }
      await this.client.query('commit');
      return judgement;
    } catch (error) {
      await this.client.query('rollback');
      throw error;
    }
  }
}
