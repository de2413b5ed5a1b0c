import type { Settings } from '../config/settings';
import { LedgerReader } from '../ledger/ledger-reader';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import { RecordedArchives } from './recorded-archives';

/** Nothing listens there. */
const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';

describe('archives while the database is away', () => {
  const reader = new LedgerReader(nowhere);
  const archives = new RecordedArchives({ archive: 'archive' } as Settings, reader);
  afterAll(() => reader.onApplicationShutdown());

  it.each([
    ['the partitions', () => archives.partitions()],
    ['one archive', () => archives.find('events_1')],
    ['those that are made', () => archives.made()],
  ])('say of %s that the ledger cannot be asked', async (_what, ask) => {
    await expect(ask()).rejects.toThrow(LedgerUnavailable);
  });
});
