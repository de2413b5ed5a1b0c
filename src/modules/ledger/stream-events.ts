import type { StoredEvent } from '../../events/event-metadata';
import type { LedgerReader } from './ledger-reader';

/** All that is recorded of one stream, in order, as it is stored; nothing of one that does not exist. */
export const eventsOf = async (
  reader: Pick<LedgerReader, 'histories'>,
  stream: string,
): Promise<readonly StoredEvent[]> =>
  (await reader.histories([stream], [])).get(stream)?.events ?? [];
