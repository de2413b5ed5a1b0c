import { Injectable } from '@nestjs/common';
import { rollback as rules } from '../../commands/rollback/rollback.decider';
import { initialState } from '../../commands/rollback/rollback.state';
import type { RollbackEvent, RollbackState } from '../../commands/rollback/rollback.state';
import { decode } from '../../events/codec';
import { idOfStream } from '../../events/event-metadata';
import type { RecordedEvent } from '../../events';
import { LedgerReader } from '../ledger/ledger-reader';
import { Generations } from '../projector/generations';
import type { Ask } from '../database/ask';

/** A rollback, or its rehearsal, as the ledger has it. */
export interface Rollback extends RollbackState {
  readonly rollbackId: string;
  readonly version: number;
  readonly started: RecordedEvent<'RollbackStarted'>['data'];
  /** All that was recorded of it, in order. */
  readonly events: readonly (RecordedEvent & RollbackEvent)[];
}

// Each half by an index of its own. By the number: the name alone would mean the text that is given.
const startsSql = `
select position::text, stream from (
  select position, stream from ledger.events where type = 'RollbackStarted' and position > $1
  union all
  select position, stream from ledger.events
  where type in ('RehearsalStarted', 'RehearsalCompleted') and type = 'RehearsalStarted' and position > $1
) as started order by started.position`;

/** Reads rollbacks from the ledger itself: read models may be what is being taken back. */
@Injectable()
export class RecordedRollbacks {
  /** Up to where starts were read, and those of them that have not ended. */
  private seen = '0';
  private readonly unended = new Set<string>();

  constructor(
    private readonly generations: Generations,
    private readonly reader: LedgerReader,
  ) {}

  /** Null where there is none of that id. */
  async find(rollbackId: string): Promise<Rollback | null> {
    const stream = `rollback-${rollbackId}`;
    const history = (await this.reader.histories([stream], [])).get(stream);
    const events = (history?.events ?? []).map(
      (event) => decode(event) as RecordedEvent & RollbackEvent,
    );
    const state = events.reduce<RollbackState>(rules.evolve, rules.initialState);
    const { started } = state;
    if (history === undefined || started === null) return null;
    return { ...state, started, rollbackId, version: history.version, events };
  }

  /** The one that is under way, besides a given one: none is begun while it is. */
  async underWay(besides: string | null, ask: Ask = this.generations.ask): Promise<string | null> {
    const others = (await this.running(ask)).filter((rollbackId) => rollbackId !== besides);
    for (const rollbackId of others) {
      if ((await this.find(rollbackId))?.isRehearsal === false) return rollbackId;
    }
    return null;
  }

  /** The ids of those that are to be gone on with, and of rehearsals. */
  async running(ask: Ask = this.generations.ask): Promise<string[]> {
    const rows = await ask<{ position: string; stream: string }>(startsSql, [this.seen]);
    for (const { position, stream } of rows) {
      this.unended.add(idOfStream(stream, 'rollback'));
      this.seen = position;
    }
    const running: string[] = [];
    for (const rollbackId of this.unended) {
      const { status, isRehearsal } = (await this.find(rollbackId)) ?? initialState;
      if (status === 'running') running.push(rollbackId);
      else if (status !== 'failed' || isRehearsal) this.unended.delete(rollbackId);
    }
    return running;
  }
}
