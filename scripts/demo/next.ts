import { join, relative, resolve } from 'node:path';
import type { Terminal } from '../../src/modules/cli/terminal';
import type { DemoServer } from './demo-server';

interface Pointer {
  readonly says: string;
  readonly path: string;
  readonly accept?: string;
}

const pointers: readonly Pointer[] = [
  { says: 'one execution, event by event', path: '/v1/streams/execution-$RUN-001' },
  {
    says: 'those that failed, and why',
    path: '/v1/projections/execution-status?deploymentId=$RUN&status=failed',
  },
  {
    says: 'cost by day and model, for a spreadsheet',
    path: '/v1/projections/roi-totals?deployment=$RUN&groupBy=day,model',
    accept: 'text/csv',
  },
  { says: 'events as they are recorded (Ctrl-C ends it)', path: '/v1/events/tail' },
];

const curl = ({ says, path, accept }: Pointer): string => {
  const header = accept === undefined ? '' : ` -H 'Accept: ${accept}'`;
  return `   # ${says}\n   curl -sN -H "$AUTH"${header} \\\n     "$URL${path}"\n`;
};

/** What a shell puts in the place of the key, which should not stand on a screen. */
const keyIn = (env: Terminal['env']): string => {
  if (env['FLOWLEDGER_KEY']) return '$FLOWLEDGER_KEY';
  const file = join(resolve(env['FLOWLEDGER_HOME'] || '.flowledger'), 'keys.json');
  const near = relative('.', file);
  return `$(node -p "require('${near.startsWith('..') ? file : `./${near}`}').analyst")`;
};

const farewell = `   The temporary server is gone, and all of this with it. Start one that stays
   with "npm start"; "npm run demo" then shows the same on it, and ends with
   requests to paste.
`;

/** Requests to paste that go on from here. */
export const whereNext = (server: DemoServer, run: string, env: Terminal['env']): string => {
  if (server.isTemporary) return farewell;
  const preparation = [
    `URL=${server.service.url}`,
    `RUN=${run}`,
    `AUTH="Authorization: Bearer ${keyIn(env)}"`,
  ];
  return [...preparation.map((line) => `   ${line}\n`), ...pointers.map(curl)].join('');
};
