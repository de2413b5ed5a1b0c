import type { Schema } from '../api/contract';

/** An event of the ledger; what its data is depends on its type and version. */
export type LedgerEvent = Schema<'Event'> & { readonly data: Readonly<Record<string, unknown>> };

/** Some of the ledger; `next` is null where no more of what was asked for follows. */
export interface LedgerEvents {
  readonly events: readonly LedgerEvent[];
  readonly next: string | null;
}
