import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

interface ProgramResult {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Surroundings {
  readonly cwd?: string;
  /** Besides PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a program of the machine to its end, with nothing of this environment that would sway it. */
export const runProgram = async (
  path: string,
  args: readonly string[],
  { cwd, env = {}, input = '' }: Surroundings = {},
): Promise<ProgramResult> => {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(path, args, { cwd, env: { PATH, HOME, ...env } });
  child.stdin.on('error', () => undefined); // it may end before it has read everything
  child.stdin.end(input);
  const [[code], out, err] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code: code as number | null, out, err };
};

/** As `runProgram`. @throws Error with what it said where it did not end with 0 */
export const runSuccessfully = async (
  ...[path, args, surroundings]: Parameters<typeof runProgram>
): Promise<string> => {
  const { code, out, err } = await runProgram(path, args, surroundings);
  if (code !== 0) throw new Error(`${path} ended with ${String(code)}: ${out}${err}`);
  return out;
};
