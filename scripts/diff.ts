import { realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ApiClient } from '../src/modules/cli/api-client';
import { count, counted } from '../src/modules/cli/amounts';
import { interruptibleTerminal, performHere } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { diffText } from '../src/modules/diff-client/diff-text';
import { writeWhole } from '../src/modules/files/write-whole';
import { momentExpected } from '../src/modules/reading/moment';
import { momentDiffSchema } from '../src/modules/reading/moment-diffs/moment-diff.schemas';
import type { MomentDiff } from '../src/modules/reading/moment-diffs/moment-diff.schemas';
import { pastField } from '../src/modules/reading/query-fields';

const help = `Compares a read model at one moment with what it was at another: rows that came, went
and changed, the sums of its numbers, and some of the rows.

  --from MOMENT   a position, or a time: what was recorded before it
  --to MOMENT     the same; as far as the read model is now where nothing is said
  --file FILE     every row that differs, as JSON lines: all of them, or the file stays what it was
  --json          the result as JSON
  --help          this text

A moment that nobody asked for before is built first, by the server. It is found by
FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on FLOWLEDGER_HOME. Exit status:
0 compared, whether or not they differ; 1 not; 2 bad use.
`;

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  file: { type: 'string' },
} as const;

const charactersAtOnce = 64 * 1024;

/** @throws BadUse for what is neither a position nor a time. */
const moment = (flag: string, text: string): void => {
  if (pastField('').safeParse(text).success) return;
  throw new BadUse(`--${flag}: a position, or ${momentExpected}, not ${text}`);
};

const listAnswer = z.object({
  projections: z.array(z.object({ name: z.string(), position: z.string() })),
});

/** A fixed position: the end of the ledger would be another one each time the server is asked. */
const nowOf = async (client: ApiClient, projection: string): Promise<string> => {
  const { projections } = await client.get('/v1/projections', {}, listAnswer);
  return projections.find(({ name }) => name === projection)?.position ?? '0';
};

/** Where a file of this name is, behind symbolic links; null for what cannot be replaced, such as a pipe. */
const placeOf = async (file: string): Promise<string | null> => {
  const there = await stat(file).catch(() => null);
  if (there === null) return resolve(file);
  return there.isFile() ? realpath(file) : null;
};

/** Gives how many rows. @throws Failure where not all are written. */
const writeRows = async (
  client: ApiClient,
  { projection, before, after, tables }: MomentDiff,
  file: string,
  interrupted: AbortSignal | undefined,
): Promise<number> => {
  const differing = tables.reduce((sum, of) => sum + of.added + of.missing + of.changed, 0);
  let rows = 0;
  const query = { from: before.position, to: after.position };
  const portions = async function* () {
    let text = '';
    for await (const line of client.lines(`/v1/diff/${projection}`, query, interrupted)) {
      rows += 1;
      text += `${line}\n`;
      if (text.length < charactersAtOnce) continue;
      yield text;
      text = '';
    }
    // A proxy that speaks HTTP 1.0 to the server cannot tell an answer that breaks off from a whole one.
    if (rows < differing) throw new Failure(`${count(rows)} of ${counted(differing, 'row')} came`);
    yield text;
  };
  try {
    const place = await placeOf(file);
    if (place === null) await writeFile(file, portions());
    else {
      await writeWhole(dirname(place), basename(place), async (draft) => {
        for await (const text of portions()) await draft.appendFile(text);
      });
    }
  } catch (error) {
    const why = interrupted?.aborted === true ? 'stopped' : (error as Error).message;
    throw new Failure(`nothing written to ${file}: ${why}`, { cause: error });
  }
  return rows;
};

const run = async (
  { values, positionals }: Asked<typeof options>,
  { env, out, err, interrupted }: Terminal,
): Promise<ExitStatus> => {
  const [projection = ''] = positionals;
  const { from, file, json = false } = values;
  if (from === undefined) throw new BadUse('--from is missing');
  moment('from', from);
  if (values.to !== undefined) moment('to', values.to);
  const client = new ApiClient(await findServer(env, 'analyst'));
  const to = values.to ?? (await nowOf(client, projection));
  const path = `/v1/diff/${encodeURIComponent(projection)}`;
  const diff = await client
    .get(path, { from, to }, momentDiffSchema, interrupted)
    .catch((error: unknown) => {
      throw interrupted?.aborted === true ? new Failure('stopped', { cause: error }) : error;
    });
  out.write(json ? `${JSON.stringify(diff)}\n` : diffText(diff, paletteFor(out, env)));
  if (file !== undefined) {
    const rows = await writeRows(client, diff, file, interrupted);
    err.write(`${counted(rows, 'row')} written to ${file}\n`);
  }
  return exit.done;
};

export const diffVerb = {
  usage: 'npm run diff -- <projection> --from MOMENT [--to MOMENT] [--file FILE] [--json]',
  help,
  options,
  positionals: { atLeast: 1, atMost: 1 },
  run,
};

if (require.main === module) void performHere(diffVerb, interruptibleTerminal(process.env));
