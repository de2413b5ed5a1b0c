import { Logger } from '@nestjs/common';
import type { ClientBase } from 'pg';
import type { Settings } from '../config/settings';
import { Metrics } from '../metrics/metrics';
import { RebuildBell } from './rebuild-bell';
import type { RebuildMeans } from './rebuild-means';
import type { RebuildRecords } from './rebuild-records';
import { Rebuilder } from './rebuilder.service';
import type { Renewals } from './renewals';
import type { Retention } from './retention';
import type { Reversion } from './reversion';
import type { Successions } from './successions';

Logger.overrideLogger(false);

interface InOffice {
  serve(session: ClientBase, signal: AbortSignal): Promise<void>;
}

test('what keeps one duty from being done, such as a view that others depend on, keeps no other', async () => {
  const resigned = new AbortController();
  const done: string[] = [];
  const duty = (name: string, error?: Error) => (): Promise<void> => {
    done.push(name);
    if (name === 'retention') resigned.abort();
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  };
  const dependent = new Error('other objects depend on it');
  const rebuilder = new Rebuilder(
    {} as Settings,
    '',
    [],
    { metrics: new Metrics() } as unknown as RebuildMeans,
    {
      open: () => Promise.resolve({ running: [], open: [] }),
      leftBehind: () => Promise.resolve([]),
    } as unknown as RebuildRecords,
    { see: duty('successions', dependent) } as unknown as Successions,
    { see: duty('renewals') } as unknown as Renewals,
    { carryOut: duty('reversion', dependent) } as unknown as Reversion,
    { enforce: duty('retention') } as unknown as Retention,
    new RebuildBell(),
  ) as unknown as InOffice;
  await rebuilder.serve({} as unknown as ClientBase, resigned.signal);
  expect(done).toEqual(['reversion', 'renewals', 'successions', 'retention']);
});
