import type { ParseArgsConfig } from 'node:util';
import { perform } from '../../src/modules/cli/verb';
import type { Terminal } from '../../src/modules/cli/terminal';
import type { Verb } from '../../src/modules/cli/verb';
import type { TestApp } from '../harness/app';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a verb of `scripts/` within the test's process, as if neither stream were a terminal, unless `more` says so. */
export const runVerb = async <O extends NonNullable<ParseArgsConfig['options']>>(
  verb: Verb<O>,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  more: Partial<Terminal> = {},
): Promise<Ran> => {
  const said = { out: '', err: '' };
  const status = await perform(verb, args, {
    env,
    out: { write: (text) => (said.out += text) },
    err: { write: (text) => (said.err += text) },
    ...more,
  });
  return { status, ...said };
};

/** The environment that leads a verb to an application of the harness. */
export const leadingTo = ({ url, keys }: TestApp, role: keyof TestApp['keys'] = 'service') => ({
  FLOWLEDGER_URL: url,
  FLOWLEDGER_KEY: keys[role],
});

/** The longest line of what was printed, in characters. */
export const widthOf = (text: string): number =>
  Math.max(...text.split('\n').map((line) => line.length));
