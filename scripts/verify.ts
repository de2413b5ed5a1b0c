import { ApiClient } from '../src/modules/cli/api-client';
import { performHere, processTerminal } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { proofLineSchema } from '../src/modules/proof/proof.schemas';
import type { Proof } from '../src/modules/proof/proof.schemas';
import { ProgressLine, proofText } from '../src/modules/proof/report';

const help = `Proves that everything is what it has to be, and names what is not:

  the ledger       every event is what its digest says, every commit's hash is
                   made of the one before; positions and versions are dense; the
                   application's role cannot change what is recorded
  the read models  every row is what its events make it, folded anew in memory
  the topic        every event is there, in order, and tells what the ledger has

  --since POSITION  ledger and topic from the last commit up to there on: what
                    an earlier proof showed; read models are always folded whole
  --hash HASH       the hash that proof showed for POSITION: still the same
  --skip PARTS      projections, kafka: leave these out
  --json            the proof as JSON
  --help            this text

It is computed by the server, which goes on serving; one at a time. The server
is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on
FLOWLEDGER_HOME. Exit status: 0 it holds, 1 it does not, 2 bad use.
`;

const options = {
  since: { type: 'string' },
  hash: { type: 'string' },
  skip: { type: 'string' },
} as const;

const queryOf = ({
  since,
  hash,
  skip,
}: Asked<typeof options>['values']): Record<string, string> => {
  if (since !== undefined && !/^\d{1,18}$/.test(since)) {
    throw new BadUse(`--since: a position of the ledger, not ${since}`);
  }
  if (hash !== undefined && !/^[0-9a-f]{64}$/.test(hash)) {
    throw new BadUse(`--hash: 64 hexadecimal digits, not ${hash}`);
  }
  if (hash !== undefined && since === undefined) throw new BadUse('--hash goes with --since');
  const unknown = skip?.split(',').find((part) => part !== 'projections' && part !== 'kafka');
  if (unknown !== undefined) throw new BadUse(`--skip: projections, kafka or both, not ${unknown}`);
  return {
    ...(since === undefined ? {} : { since }),
    ...(hash === undefined ? {} : { sinceHash: hash }),
    ...(skip === undefined ? {} : { skip }),
  };
};

const prove = async (
  client: ApiClient,
  query: Record<string, string>,
  terminal: Terminal,
): Promise<Proof> => {
  const progress = new ProgressLine(terminal.err);
  try {
    for await (const line of client.rows('/v1/verify', query, proofLineSchema)) {
      if ('proof' in line) return line.proof;
      progress.show(line.progress);
    }
  } finally {
    progress.end();
  }
  throw new Failure('the server gave no proof: it may be stopping, try again');
};

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  const query = queryOf(asked.values);
  const client = new ApiClient(await findServer(terminal.env, 'analyst'));
  const proof = await prove(client, query, terminal);
  terminal.out.write(
    asked.values.json === true
      ? `${JSON.stringify(proof, null, 2)}\n`
      : proofText(proof, paletteFor(terminal.out, terminal.env)),
  );
  return proof.holds ? exit.done : exit.failed;
};

export const verifyVerb = {
  usage: 'npm run verify -- [--since POSITION [--hash HASH]] [--skip PARTS] [--json]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 0 },
  run,
};

if (require.main === module) void performHere(verifyVerb, processTerminal(process.env));
