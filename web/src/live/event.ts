/** An event of the ledger as the API tells it. */
export interface LedgerEvent {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly deploymentId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly actor: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
}
