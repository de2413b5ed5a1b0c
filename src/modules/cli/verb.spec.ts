import { Refused } from './api-client';
import { BadUse, Failure, exit, perform } from './verb';
import type { Asked, ExitStatus, Verb } from './verb';

const options = { 'dry-run': { type: 'boolean' }, zone: { type: 'string' } } as const;

const outcomeOf = async (
  args: readonly string[],
  run: (asked: Asked<typeof options>) => Promise<ExitStatus> = () => Promise.resolve(exit.done),
) => {
  const verb: Verb<typeof options> = {
    usage: 'npm run bake -- <cake> [--dry-run] [--zone Z]',
    help: 'Bakes a cake.\n',
    options,
    positionals: { atLeast: 1, atMost: 1 },
    run,
  };
  const said = { out: '', err: '' };
  const status = await perform(verb, args, {
    env: {},
    out: { write: (text) => (said.out += text) },
    err: { write: (text) => (said.err += text) },
  });
  return { status, ...said };
};

describe('a verb', () => {
  it('is given its flags and what stands beside them', async () => {
    const seen: unknown[] = [];
    const { status } = await outcomeOf(['tart', '--zone', 'UTC', '--json'], (asked) => {
      seen.push({ ...asked.values }, asked.positionals);
      return Promise.resolve(exit.done);
    });
    expect(status).toBe(0);
    expect(seen).toEqual([{ zone: 'UTC', json: true }, ['tart']]);
  });

  it('explains itself on standard output', async () => {
    const help = await outcomeOf(['--help']);
    expect(help).toEqual({ status: 0, out: expect.stringMatching(/^usage: .*\n\nBakes/), err: '' });
  });

  it.each([
    [['tart', '--dryrun'], 'unknown flag --dryrun, did you mean --dry-run?'],
    [['tart', '--xyzzy-plugh'], 'unknown flag --xyzzy-plugh'],
    [['tart', '-x'], 'unknown flag -x'],
    [['tart', '--zone'], '--zone needs a value'],
    [
      ['tart', '--zone', '--dry-run'],
      '--zone needs a value; one that begins with a dash is given as --zone=-...',
    ],
    [['tart', '--dry-run=yes'], '--dry-run takes no value'],
    [[], '<cake> is missing'],
    [['tart', 'pie'], 'pie is one too many'],
  ])('refuses %j with its usage and status 2', async (args, message) => {
    expect(await outcomeOf(args)).toEqual({
      status: 2,
      out: '',
      err: `${message}\nusage: npm run bake -- <cake> [--dry-run] [--zone Z]\n`,
    });
  });

  it('tells a failure in one line, with status 1', async () => {
    const burnt = (): Promise<ExitStatus> => Promise.reject(new Failure('it is burnt'));
    expect(await outcomeOf(['tart'], burnt)).toEqual({ status: 1, out: '', err: 'it is burnt\n' });
  });

  it.each([
    [400, 2, /^diff: from: is a position \(400 refused\)\nusage: /],
    [404, 1, /^diff: from: is a position \(404 refused\)\n$/],
    [409, 1, /^diff: /],
    [500, 1, /^diff: /],
  ])('that the server answers %p to has status %p', async (code, expected, words) => {
    const problem = { status: code, code: 'refused', detail: 'from: is a position' };
    const { status, err } = await outcomeOf(['tart'], () =>
      Promise.reject(new Refused(problem, 'diff')),
    );
    expect(status).toBe(expected);
    expect(err).toMatch(words);
  });

  it('has status 2 for the name of a read model that there is not', async () => {
    const problem = { status: 404, code: 'projection-unknown', detail: 'roi-totls is none' };
    const { status, err } = await outcomeOf(['tart'], () =>
      Promise.reject(new Refused(problem, 'start-rebuild')),
    );
    expect(status).toBe(2);
    expect(err).toMatch(/^start-rebuild: roi-totls is none \(404 projection-unknown\)\nusage: /);
  });

  it('has bad use of its own, too', async () => {
    const { status, err } = await outcomeOf(['mud'], () =>
      Promise.reject(new BadUse('mud is none')),
    );
    expect(status).toBe(2);
    expect(err).toMatch(/^mud is none\nusage: /);
  });
});
