import { ApiClient } from '../src/modules/cli/api-client';
import { performHere, processTerminal } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { readLedgerUsage } from '../src/modules/reconcile/ledger-usage';
import { reconcile, spanOf } from '../src/modules/reconcile/reconciliation';
import { faultsText, reportText } from '../src/modules/reconcile/report';
import { faultsJson, reportJson } from '../src/modules/reconcile/report-json';
import { toleranceOf } from '../src/modules/reconcile/tolerance';
import type { Only } from '../src/modules/reconcile/usage-columns';
import { readUsage } from '../src/modules/reconcile/usage-csv';
import { readUsageFile } from '../src/modules/reconcile/usage-file';

const help = `Compares a provider's usage export with the ledger, by UTC day and model: calls,
tokens and cost, whatever of them the file has. Names every difference beyond
the tolerance, and what only one side knows of.

  --tolerance N    per cent of the file's figure that do not matter (default: 1)
  --model PATTERN  only these models, on both sides; * is anything; repeatable
  --only KIND      tokens or cost, for a file that has only one of them
  --json           the report as JSON, with nothing shortened
  --help           this text

Columns are found by their names: date, model, tokens (or input and output
tokens), cost in USD, and calls where there are any. A file with a broken row is
not compared at all. The server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY,
else it is the one on FLOWLEDGER_HOME. Exit status: 0 nothing differs, 1
something does or the file is broken, 2 bad use.
`;

const options = {
  tolerance: { type: 'string', default: '1' },
  model: { type: 'string', multiple: true, default: [] as string[] },
  only: { type: 'string' },
} as const;

const onlyOf = (text: string | undefined): Only => {
  if (text === undefined) return null;
  if (text === 'tokens' || text === 'cost') return text;
  throw new BadUse(`--only: tokens or cost, not ${text}`);
};

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  const [path = ''] = asked.positionals;
  const { tolerance: percent, model: models, json = false } = asked.values;
  const tolerance = toleranceOf(percent);
  if (tolerance === undefined) {
    throw new BadUse(`--tolerance: per cent from 0 to 100, such as 0.5, not ${percent}`);
  }
  const only = onlyOf(asked.values.only);
  const palette = paletteFor(terminal.out, terminal.env);
  const print = (text: string, report: object): void => {
    terminal.out.write(json ? `${JSON.stringify(report, null, 2)}\n` : text);
  };
  const file = readUsage(await readUsageFile(path), only);
  if (file.faults.length > 0) {
    print(faultsText(path, file.faults, palette), faultsJson(path, file.faults));
    return exit.failed;
  }
  const days = spanOf(file, models);
  if (days === null) throw new Failure(`${path} has no model that is meant by --model`);
  const client = new ApiClient(await findServer(terminal.env, 'analyst'));
  const ledger = await readLedgerUsage(client, days.first, days.last);
  const result = reconcile(file, ledger, days, { models, tolerance });
  print(reportText(path, percent, result, palette), reportJson(path, percent, result));
  return result.differences.length === 0 ? exit.done : exit.failed;
};

export const reconcileVerb = {
  usage: 'npm run reconcile -- <csv> [--tolerance N] [--model PATTERN] [--only KIND] [--json]',
  help,
  options,
  positionals: { atLeast: 1, atMost: 1 },
  run,
};

if (require.main === module) void performHere(reconcileVerb, processTerminal(process.env));
