/*
 * Builds the dashboard into dist/web, unless what is there is newer than everything it is made of:
 * a second start does not wait for it. Vite is loaded only where there is something to build.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = import.meta.dirname;
const built = join(root, '../dist/web/index.html');
const lockFile = join(root, '../package-lock.json');

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newest = (folder) =>
  readdirSync(folder, { recursive: true }).reduce(
    (latest, name) => Math.max(latest, changedAt(join(folder, name))),
    0,
  );

if (changedAt(built) <= Math.max(newest(root), changedAt(lockFile))) {
  const { build } = await import('vite');
  await build({ root, configFile: join(root, 'vite.config.mts'), logLevel: 'warn' });
}
