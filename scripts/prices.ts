import { z } from 'zod';
import { ApiClient, Refused, problemOf } from '../src/modules/cli/api-client';
import { count, counted } from '../src/modules/cli/amounts';
import { performHere, processTerminal } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { table } from '../src/modules/cli/table';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { libraryPrices } from '../src/modules/pricing/library-prices';
import { changedLists, priceChanges } from '../src/modules/pricing/price-changes';
import type { PriceChange } from '../src/modules/pricing/price-changes';

const help = `Compares the price book with the prices that this version of Flowledger comes with (from
the package @pydantic/genai-prices; nothing is fetched).

  diff       shows what they would change
  apply      records it: new models from always on, a price that is another today from now on,
             announced prices from their day on
  --dry-run  with apply: shows what would be recorded
  --json     the changes as JSON
  --help     this text

Prices are in US dollars per million tokens: input / cached input / output. The server is found by
FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on FLOWLEDGER_HOME. Exit status: 0 done,
1 failed, 2 bad use.
`;

const options = { 'dry-run': { type: 'boolean' } } as const;

/** For a price book of this version that is still being built, beside a server of an older one. */
const patienceMilliseconds = 60_000;

const row = z.object({
  kind: z.string(),
  name: z.string(),
  provider: z.string(),
  effectiveFrom: z.string(),
  fact: z.string(),
  inputNanoUsd: z.string(),
  cachedInputNanoUsd: z.string(),
  outputNanoUsd: z.string(),
});

const columns = [
  { title: 'model' },
  { title: '' },
  { title: 'in the book', align: 'right' },
  { title: 'in the library', align: 'right' },
] as const;

const shown = (changes: readonly PriceChange[], { out, env }: Terminal): string => {
  const { faint } = paletteFor(out, env);
  if (changes.length === 0) return 'The price book has all of it\n';
  const rows = changes.map(({ provider, model, kind, before, after }) => [
    `${provider}/${model}`,
    kind,
    before ?? '-',
    after,
  ]);
  return `${counted(changes.length, 'change')}\n${table(columns, rows, { heading: faint })}`;
};

const record = async (
  client: ApiClient,
  changes: readonly PriceChange[],
  terminal: Terminal,
): Promise<void> => {
  const lists = changedLists(libraryPrices(), changes);
  for (const list of lists) {
    const { status, body } = await client.command('import-prices', list);
    if (status !== 200) throw new Refused(problemOf(status, JSON.stringify(body)), list.provider);
    terminal.err.write(`${list.provider}: ${counted(list.models.length, 'model')} recorded\n`);
  }
};

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  const [verb = ''] = asked.positionals;
  if (verb !== 'diff' && verb !== 'apply') throw new BadUse(`${verb} is neither diff nor apply`);
  const server = await findServer(terminal.env, 'operator');
  const client = new ApiClient(server, patienceMilliseconds, (why) => {
    terminal.err.write(`waiting, a minute at most: ${why}\n`);
  });
  const rows: z.output<typeof row>[] = [];
  for await (const one of client.rows('/v1/projections/price-book', {}, row)) rows.push(one);
  const changes = priceChanges(libraryPrices(), rows, Date.now());
  const json = asked.values.json === true;
  terminal.out.write(json ? `${JSON.stringify({ changes }, null, 2)}\n` : shown(changes, terminal));
  if (verb === 'diff' || asked.values['dry-run'] === true) return exit.done;
  await record(client, changes, terminal);
  terminal.err.write(`${count(changes.length)} recorded\n`);
  return exit.done;
};

export const pricesVerb = {
  usage: 'npm run prices -- <diff|apply> [--dry-run] [--json]',
  help,
  options,
  positionals: { atLeast: 1, atMost: 1 },
  run,
};

if (require.main === module) void performHere(pricesVerb, processTerminal(process.env));
