/*
 * Rebuilds execution-status by emmett-postgresql, with Flowledger's own folds: so the rows are the same,
 * and only the way to them differs. Arguments: the url of an empty database, a file with recorded
 * events as JSON lines (a stream's one after the other), and the folder of the compiled Flowledger.
 * Prints {"events", "rows", "seconds"}.
 */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { argv, exit, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import {
  getPostgreSQLEventStore,
  pongoSingleStreamProjection,
  rebuildPostgreSQLProjections,
} from '@event-driven-io/emmett-postgresql';

const [url, file, dist] = argv.slice(2);
const require = createRequire(import.meta.url);
const { projections } = require(join(dist, 'src/projections'));
const { foldEntity } = require(join(dist, 'src/projections/fold'));
const status = projections.find(({ name }) => name === 'execution-status');

/** Documents are JSON, which has no integers of more than 53 bits. */
const asText = (value) => (typeof value === 'bigint' ? { integer: String(value) } : value);
const asValue = (value) => (value?.integer === undefined ? value : BigInt(value.integer));
const mapped = (row, change) =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, change(value)]));

const types = [...new Set([...Object.keys(status.opens), ...Object.keys(status.changes)])];
const rows = new Set();
const projection = pongoSingleStreamProjection({
  collectionName: 'execution_status',
  canHandle: types,
  evolve: (document, { data: event }) => {
    rows.add(event.stream);
    const before =
      document === null
        ? undefined
        : { row: mapped(document.row, asValue), version: event.version - 1 };
    return { row: mapped(foldEntity(status, before, event).row, asText) };
  },
});

const store = getPostgreSQLEventStore(url);
let events = 0;
let stream = null;
let gathered = [];
const append = async () => {
  if (gathered.length > 0) await store.appendToStream(stream, gathered);
  gathered = [];
};
for await (const line of createInterface({ input: createReadStream(file) })) {
  const event = JSON.parse(line);
  if (event.stream !== stream) await append();
  stream = event.stream;
  if (!types.includes(event.type)) continue;
  gathered.push({ type: event.type, data: event });
  events += 1;
}
await append();

const started = performance.now();
const consumer = rebuildPostgreSQLProjections({ connectionString: url, projection });
await consumer.start();
const seconds = (performance.now() - started) / 1_000;
await consumer.close();
await store.close();
stdout.write(`${JSON.stringify({ events, rows: rows.size, seconds })}\n`);
exit(0);
