import { DatabaseError } from 'pg';
import type { CommandIntake } from '../command-bus/command-intake';
import type { Settings } from '../config/settings';
import type { Metrics } from '../metrics/metrics';
import type { ReadingDatabase } from '../reading/reading-database';
import type { LiveGenerations } from '../reading/rows/live-generation';
import type { SemanticPort } from './semantic-port';
import type { StyleSearch } from './style-search';
import { StyleMemory } from './style-memory.service';

test('its statistics are to be asked again where no projector has built the read model yet', async () => {
  const absent = Object.assign(new DatabaseError('no', 2, 'error'), { code: '42P01' });
  const standing = { model: 'm', indexed: 0, pending: 0, available: true };
  const memory = new StyleMemory(
    {} as unknown as StyleSearch,
    { await: () => Promise.resolve() } as unknown as LiveGenerations,
    { ask: () => Promise.reject(absent) } as unknown as ReadingDatabase,
    {} as unknown as CommandIntake,
    {} as unknown as Metrics,
    { status: () => Promise.resolve(standing) } as unknown as SemanticPort,
    {} as Settings,
  );
  await expect(memory.stats({ minPosition: undefined })).rejects.toMatchObject({
    status: 503,
    code: 'version-not-live',
  });
});
