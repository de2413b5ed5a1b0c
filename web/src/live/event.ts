import type { Schema } from '../api/contract';

/** An event of the ledger; what its data is depends on its type and version. */
export type LedgerEvent = Schema<'Event'> & { readonly data: Readonly<Record<string, unknown>> };
