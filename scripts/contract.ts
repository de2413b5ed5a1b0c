import { performHere, processTerminal } from '../src/modules/cli/process-terminal';
import { findUrl } from '../src/modules/cli/server-address';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { Failure, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { compareContracts } from '../src/modules/contract/compare-operations';
import { contractText } from '../src/modules/contract/contract-report';
import { readContract } from '../src/modules/contract/contract-source';
import { NotOpenApi } from '../src/modules/contract/openapi-document';

const help = `Compares what a consumer expects (an OpenAPI 3 document, JSON or YAML, in a file
or at a url) with what the server offers (its /openapi.json): operations,
parameters, fields of requests and answers, types, listed values. Names each
mismatch with the nearest right name. What only the server has is none.

  --strict  what the document does not say counts as said: limits, listed values
            and errors, too; for an earlier version of the server's own document
  --json    the report as JSON
  --help    this text

The server is found by FLOWLEDGER_URL, else it is the one on FLOWLEDGER_HOME; no
key is needed. Exit status: 0 it fits, 1 it does not or cannot be compared, 2 bad
use.
`;

const options = { strict: { type: 'boolean', default: false } } as const;

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  const [source = ''] = asked.positionals;
  const { strict, json = false } = asked.values;
  const expected = await readContract(source);
  if (expected.operations.length === 0) throw new Failure(`${source} has no operations`);
  const offered = await readContract(`${await findUrl(terminal.env)}/openapi.json`);
  const operations = expected.operations.length;
  try {
    const mismatches = compareContracts(expected, offered, { strict });
    const agrees = mismatches.length === 0;
    terminal.out.write(
      json
        ? `${JSON.stringify({ source, agrees, operations, mismatches }, null, 2)}\n`
        : contractText(operations, mismatches, paletteFor(terminal.out, terminal.env)),
    );
    return agrees ? exit.done : exit.failed;
  } catch (error) {
    if (!(error instanceof NotOpenApi)) throw error;
    throw new Failure(`${source} cannot be compared: ${error.message}`, { cause: error });
  }
};

export const contractVerb = {
  usage: 'npm run contract -- <openapi file or url> [--strict] [--json]',
  help,
  options,
  positionals: { atLeast: 1, atMost: 1 },
  run,
};

if (require.main === module) void performHere(contractVerb, processTerminal(process.env));
