import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { TableColumn } from '../../projector/table';

const linesAtOnce = 500;

/** Puts lines of COPY's text format into a table: how many rows it came to. */
export const copyInto = async (
  client: Client,
  table: string,
  columns: readonly TableColumn[],
  lines: Iterable<string>,
): Promise<number> => {
  const names = columns.map(({ sql }) => sql).join(', ');
  const into = client.query(copyFrom(`copy ${table} (${names}) from stdin`));
  await pipeline(Readable.from(gathered(lines)), into);
  return into.rowCount;
};

/** Lines some at a time, with turns for others in between. */
async function* gathered(lines: Iterable<string>): AsyncGenerator<string> {
  let text = '';
  let count = 0;
  for (const line of lines) {
    text += line;
    count += 1;
    if (count % linesAtOnce !== 0) continue;
    yield text;
    text = '';
    await setImmediate();
  }
  if (text !== '') yield text;
}
