import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { Problem } from '../http/problem';
import { LedgerReader } from '../ledger/ledger-reader';
import { PROJECTIONS } from '../projector/projections.token';
import { readingFault } from '../reading/reading-database';
import { FaultList } from './fault-list';
import { Chain } from './ledger/chain';
import type { Place } from './ledger/chain';
import { checkHeadState } from './ledger/head-state';
import { ledgerRow, ledgerRowsSql } from './ledger/ledger-rows';
import { hashAt, headOf, placeBefore } from './ledger/places';
import { checkRights } from './ledger/rights';
import { checkStrayCommits, checkVersions } from './ledger/versions';
import type { Meter } from './meter';
import type {
  LedgerFault,
  LedgerProof,
  ProjectionProof,
  Proof,
  TopicProof,
  VerifyQuery,
} from './proof.schemas';
import { generationModels, liveModels } from './read-models/live-tables';
import { Refolding, standingOf, standingTables } from './read-models/refolding';
import type { ModelStanding } from './read-models/refolding';
import { readingsOf } from './read-models/slice';
import { Snapshot } from '../database/snapshot';
import { proveTopic } from './topic/topic-proof';

/** Rows held in memory at a time; a row of totals with its histogram takes about a kilobyte. */
const rowsAtMost = 500_000;

/** Events folded before whoever else is served has a turn: a few milliseconds. */
const rowsAtOnce = 50;

const liveSql = `select from ops.generations where id = $1 and state = 'live'`;

/** What one run proves, and with what. */
interface Run {
  readonly snapshot: Snapshot;
  readonly start: Place;
  readonly head: Place;
  readonly meter: Meter;
}

const opened = (...of: Parameters<typeof Snapshot.open>): Promise<Snapshot> =>
  Snapshot.open(...of).catch((error: unknown) => {
    throw readingFault(error);
  });

const ahead = (since: bigint, end: bigint): Problem =>
  new Problem(400, 'position-ahead', `position ${since} lies ahead: the ledger ends at ${end}`);

/** Proves that ledger, read models and topic are what they have to be, from one snapshot of the database. */
@Injectable()
export class ProofService {
  private underWay = false;

  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    private readonly reader: LedgerReader,
  ) {}

  /** As `prove`, of all that are asked for one at a time. @throws Problem 503 while another is under way here. */
  async proveInTurn(query: VerifyQuery, meter: Meter, signal: AbortSignal): Promise<Proof> {
    if (this.underWay) {
      const detail = 'a proof is under way, try again when it is done';
      throw new Problem(503, 'proof-under-way', detail, { retryAfterSeconds: 5 });
    }
    this.underWay = true;
    try {
      return await this.prove(query, meter, signal);
    } finally {
      this.underWay = false;
    }
  }

  /**
   * @param meter is told how far it is.
   * @param generations that are proven besides those that are live.
   * @throws Problem 400 for a position that lies ahead, 503 while the database is away; an Error when
   * `signal` is aborted or the database goes away meanwhile.
   */
  async prove(
    query: VerifyQuery,
    meter: Meter,
    signal: AbortSignal,
    generations: readonly string[] = [],
  ): Promise<Proof> {
    const startedAt = new Date();
    const snapshot = await opened(this.url, signal);
    let beside: Snapshot | null = null;
    try {
      beside = await opened(this.url, signal, await snapshot.share());
      const head = await headOf(snapshot);
      const { since = 0n } = query;
      if (since > head.position) throw ahead(since, head.position);
      const run = { snapshot, head, meter, start: await placeBefore(snapshot, since) };
      const standings = query.skip?.includes('projections')
        ? []
        : await this.standings(run, generations);
      const { ledger, readings } = await this.proveLedger(run, beside, query, standings);
      const projections: ProjectionProof[] = [];
      for (const standing of standings) projections.push(await projectionProof(run, standing));
      const kafka = query.skip?.includes('kafka') ? null : await this.proveTopic(run, signal);
      const seconds = (Date.now() - startedAt.getTime()) / 1_000;
      return {
        holds: ledger.holds && projections.every(({ holds }) => holds) && kafka?.holds !== false,
        startedAt: startedAt.toISOString(),
        seconds,
        eventsPerSecond: Math.round(meter.done / Math.max(seconds, 0.001)),
        readings,
        ledger,
        projections,
        kafka,
      };
    } finally {
      await beside?.close();
      await snapshot.close();
    }
  }

  private async standings(
    { snapshot, head }: Run,
    generations: readonly string[],
  ): Promise<ModelStanding[]> {
    const topic = this.settings.kafka?.topic ?? null;
    const isLiveNow = async (generation: string): Promise<boolean> =>
      (await this.reader.pool.query(liveSql, [generation])).rowCount === 1;
    const { projections } = this;
    const { position: end } = head;
    const live = await liveModels(snapshot, projections, topic, end, isLiveNow);
    const others = await generationModels(snapshot, projections, generations, end, isLiveNow);
    return [...live, ...others].map(standingOf);
  }

  /** The ledger is read once for itself and for as many rows as may be held; again for the others. */
  private async proveLedger(
    run: Run,
    beside: Snapshot,
    { since, sinceHash }: VerifyQuery,
    standings: readonly ModelStanding[],
  ): Promise<{ ledger: LedgerProof; readings: number }> {
    const { snapshot, start, head } = run;
    const faults = new FaultList<LedgerFault>();
    await checkRights(snapshot, faults);
    await checkStrayCommits(snapshot, faults);
    await checkHeadState(snapshot, faults);
    if (sinceHash !== undefined && (await hashAt(snapshot, since ?? 0n)) !== sinceHash) {
      const detail = `the history up to ${since ?? 0n} is another than that of the hash given`;
      faults.add({ kind: 'history', position: String(since ?? 0n), detail });
    }
    const chain = new Chain(start, faults);
    const readings = readingsOf(standings.flatMap(standingTables), rowsAtMost);
    const versions = checkVersions(beside, start.position, faults);
    versions.catch(() => undefined); // awaited below; what breaks one breaks the other
    for (const [index, shares] of readings.entries()) {
      const refolding = new Refolding(shares);
      await this.read(run, shares.length > 0, index, (event) => {
        if (index === 0 && event.event.position > start.position) chain.take(event);
        refolding.take(event.event);
      });
      await refolding.compare(snapshot);
    }
    chain.finish(head);
    await versions;
    return { readings: readings.length, ledger: ledgerProof(run, chain, faults) };
  }

  /** One reading: of all of the ledger where something is folded, else from the start of the proof. */
  private async read(
    { snapshot, start, head, meter }: Run,
    folds: boolean,
    index: number,
    take: (row: ReturnType<typeof ledgerRow>) => void,
  ): Promise<void> {
    const after = folds ? 0n : start.position;
    const step = index === 0 ? 'ledger' : `read models, reading ${index + 1}`;
    meter.begin(step, Number(head.position - after));
    for await (const rows of snapshot.rows(ledgerRowsSql(after))) {
      for (let at = 0; at < rows.length; at += rowsAtOnce) {
        for (const fields of rows.slice(at, at + rowsAtOnce)) take(ledgerRow(fields));
        await setImmediate();
      }
      meter.advance(rows.length);
    }
  }

  private async proveTopic(
    { snapshot, start, meter }: Run,
    signal: AbortSignal,
  ): Promise<TopicProof | null> {
    const { kafka } = this.settings;
    if (kafka === null) return null;
    return proveTopic(kafka, this.reader, snapshot, start, meter, signal);
  }
}

const ledgerProof = (
  { start, head }: Run,
  { events, commits }: Chain,
  faults: FaultList<LedgerFault>,
): LedgerProof => ({
  holds: faults.count === 0,
  after: String(start.position),
  position: String(head.position),
  hash: head.hash,
  events,
  commits,
  faultCount: faults.count,
  faults: faults.listed,
});

const projectionProof = async (
  { snapshot }: Run,
  { model, faults, content }: ModelStanding,
): Promise<ProjectionProof> => {
  const { projection, version, generation, position, tables } = model;
  return {
    projection,
    version,
    generation,
    position: String(position),
    ledgerHash: await hashAt(snapshot, position),
    rows: tables[0]?.rows ?? 0,
    skippedEvents: model.parked.skippedCount,
    contentHash: content.digest('hex'),
    holds: faults.count === 0,
    faultCount: faults.count,
    faults: faults.listed,
  };
};
