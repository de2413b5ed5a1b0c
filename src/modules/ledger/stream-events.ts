import { decode } from '../../events/codec';
import type { RecordedEvent } from '../../events';
import type { StoredEvent } from '../../events/event-metadata';
import type { LedgerReader } from './ledger-reader';

type Reader = Pick<LedgerReader, 'histories'>;

/** All that is recorded of one stream, in order, as it is stored; nothing of one that does not exist. */
export const storedEventsOf = async (
  reader: Reader,
  stream: string,
): Promise<readonly StoredEvent[]> =>
  (await reader.histories([stream], [])).get(stream)?.events ?? [];

/** The same as this code reads them. `Kind` is what streams of the category hold. */
export const eventsOf = async <Kind = RecordedEvent>(
  reader: Reader,
  stream: string,
): Promise<readonly (RecordedEvent & Kind)[]> =>
  (await storedEventsOf(reader, stream)).map((event) => decode(event) as RecordedEvent & Kind);
