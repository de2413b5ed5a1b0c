import { setImmediate } from 'node:timers/promises';
import { eventSchemas } from '../../../events';
import type { Projection } from '../../../projections/projection';
import { eventRow, eventRowsSql } from '../../proof/ledger/ledger-rows';
import { hashAt } from '../../proof/ledger/places';
import type { Meter } from '../../proof/meter';
import { builtModel } from '../../proof/read-models/live-tables';
import {
  Refolding,
  builtStanding,
  hashContent,
  sentence,
  standingTables,
} from '../../proof/read-models/refolding';
import type { ModelStanding } from '../../proof/read-models/refolding';
import type { Snapshot } from '../../database/snapshot';
import { checkControls } from './control-totals';
import { EventCounts } from './event-counts';
import { tailOf } from './ledger-tail';
import { refoldBounds, refoldPlan } from './refold-plan';
import type { RefoldBounds, RefoldPlan } from './refold-plan';
import { checkRollup } from './rollup-account';
import { accountForStreams } from './stream-account';
import type { Verification } from './verification.schemas';

const sentencesAtMost = 20;
/** Events folded before whoever else is served has a turn. */
const eventsAtOnce = 50;

/** What rows have to account for. */
interface Account {
  readonly streams: number | null;
  /** That count. */
  readonly events: number;
  /** That concern it. */
  readonly concerning: number;
}

/** A generation that is built, and the place up to which a pass over the ledger filled it. */
interface Filled {
  readonly projection: Projection;
  readonly generation: string;
  readonly through: bigint;
}

/**
 * Proves a generation before it may go live, against nothing but the ledger, within one snapshot: its
 * place in the history, that its rows account for every event that counts, and, folded once more one by
 * one, that they are what these events make them. The difference to what is live is another matter.
 */
export class Verifying {
  private readonly counts = new EventCounts();

  constructor(
    private readonly topic: string | null,
    private readonly bounds: RefoldBounds = refoldBounds,
  ) {}

  /** @param meter is told how far it is. @throws Error once the snapshot's signal is aborted. */
  async verify(
    snapshot: Snapshot,
    { projection, generation, through }: Filled,
    meter: Meter,
  ): Promise<Verification> {
    const model = await builtModel(snapshot, generation, projection, this.topic);
    const standing = builtStanding(model);
    const ledgerHash = await hashAt(snapshot, model.position);
    meter.begin('counting events', 0);
    const account = await this.account(snapshot, projection, standing, through);
    await checkRollup(snapshot, standing);
    const extent = {
      events: account.concerning,
      ledgerHash: ledgerHash ?? '0',
      bounds: this.bounds,
    };
    const plan = await refoldPlan(snapshot, projection, standing, extent);
    const refolded = await refold(snapshot, standing, plan, meter);
    const { faults, content } = standing;
    return {
      holds: faults.count === 0,
      position: String(model.position),
      ledgerHash,
      rows: model.tables[0]?.rows ?? 0,
      contentHash: content.digest('hex'),
      streams: account.streams,
      events: account.events,
      refolded,
      faultCount: faults.count,
      faults: faults.listed.slice(0, sentencesAtMost).map(({ detail }) => detail),
    };
  }

  private async account(
    snapshot: Snapshot,
    projection: Projection,
    standing: ModelStanding,
    through: bigint,
  ): Promise<Account> {
    const tail = await tailOf(snapshot, standing.model.frontier, through);
    if (projection.kind === 'entity') {
      return accountForStreams(snapshot, projection, standing, tail);
    }
    const met = await this.counts.met(snapshot, tail, through);
    const types = Object.keys(projection.contributes);
    const unknown = [...met.keys()].filter((type) => !Object.hasOwn(eventSchemas, type));
    const counting = await this.counts.counting(
      snapshot,
      met,
      [...types, ...unknown],
      standing,
      tail,
    );
    await checkControls(snapshot, projection, standing, counting);
    for (const type of unknown) {
      const left = counting.get(type) ?? 0;
      if (left === 0) continue;
      const detail = `${left} events of the type ${type}, which this code cannot read, are not parked`;
      standing.faults.add(sentence('event', null, detail));
    }
    const sumOf = (counts: ReadonlyMap<string, number>): number =>
      types.reduce((sum, type) => sum + (counts.get(type) ?? 0), 0);
    return { streams: null, events: sumOf(counting), concerning: sumOf(met) };
  }
}

/** Folds what is planned, holds the rows against it, and hashes all of them. */
const refold = async (
  snapshot: Snapshot,
  standing: ModelStanding,
  { of, shares, condition, events: about }: RefoldPlan,
  meter: Meter,
): Promise<Verification['refolded']> => {
  const { frontier, tables } = standing.model;
  const refolding = new Refolding(shares);
  meter.begin('folding events', about);
  let events = 0;
  if (of !== 'nothing') {
    const query = eventRowsSql(`${condition} and e.position <= ${frontier.most}`);
    for await (const rows of snapshot.rows(query)) {
      for (let at = 0; at < rows.length; at += eventsAtOnce) {
        for (const fields of rows.slice(at, at + eventsAtOnce)) refolding.take(eventRow(fields));
        await setImmediate();
      }
      events += rows.length;
      meter.advance(rows.length);
    }
  }
  meter.begin(
    'reading rows',
    tables.reduce((sum, { rows }) => sum + rows, 0),
  );
  const read = (rows: number): void => {
    meter.advance(rows);
  };
  const compared = await refolding.compare(snapshot, read);
  const folded = new Set(shares.map(({ table }) => table.name));
  for (const table of standingTables(standing)) {
    if (!folded.has(table.name)) await hashContent(snapshot, table, read);
  }
  return { of, events, rows: compared };
};
