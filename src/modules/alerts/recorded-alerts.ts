import { Injectable } from '@nestjs/common';
import { alert as rules } from '../../commands/alert/alert.decider';
import type { AlertEvent, AlertState } from '../../commands/alert/alert.decider';
import { decode } from '../../events/codec';
import { idOfStream } from '../../events/event-metadata';
import type { RecordedEvent } from '../../events';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventColumns } from '../ledger/ledger.sql';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';
import { alertFacts } from './alert-facts.sql';

const factsSql = `
select ${eventColumns} from ledger.events where ${alertFacts('type')} and position > $1 order by position`;

/** An alert that is not over. */
export interface OpenAlert extends AlertState {
  readonly alert: string;
  readonly version: number;
  readonly fired: RecordedEvent<'AlertFired'>;
}

const numberOf = (alert: string): number => Number(alert.slice(alert.lastIndexOf('.') + 1));

/**
 * Alerts as the ledger has them, which is sooner than any read model: a rule fires once at a time, and
 * its alerts are numbered. What was read is not read again.
 */
@Injectable()
export class RecordedAlerts {
  private seen = 0n;
  private readonly byId = new Map<string, OpenAlert>();
  /** By rule, how often it fired. */
  private readonly counts = new Map<string, number>();
  private underWay: Promise<void> | null = null;

  constructor(private readonly reader: LedgerReader) {}

  /** Those that are not over by now. */
  async open(): Promise<OpenAlert[]> {
    this.underWay ??= this.refresh().finally(() => {
      this.underWay = null;
    });
    await this.underWay;
    return [...this.byId.values()];
  }

  /** The id of the next alert of a rule, as of the last look. */
  nextOf(rule: string): string {
    return `${rule}.${String((this.counts.get(rule) ?? 0) + 1)}`;
  }

  private async refresh(): Promise<void> {
    const { rows } = await this.reader.pool.query<EventRow>(factsSql, [this.seen]);
    for (const event of rows.map(storedEvent).map(decode)) this.take(event);
  }

  private take(event: RecordedEvent): void {
    const alert = idOfStream(event.stream, 'alert');
    this.seen = event.position;
    const before = this.byId.get(alert);
    const fired = event.type === 'AlertFired' ? event : before?.fired;
    if (fired === undefined) return;
    const state = rules.evolve(before ?? rules.initialState, event as RecordedEvent & AlertEvent);
    if (state.status === 'resolved') this.byId.delete(alert);
    else this.byId.set(alert, { ...state, alert, version: event.version, fired });
    const { rule } = fired.data.rule;
    this.counts.set(rule, Math.max(this.counts.get(rule) ?? 0, numberOf(alert)));
  }
}
