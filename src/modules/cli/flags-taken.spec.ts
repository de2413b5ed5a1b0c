import { archiveVerb } from '../../../scripts/archive';
import { parkedVerb } from '../../../scripts/parked';
import { rebuildVerb } from '../../../scripts/rebuild';
import { rollbackVerb } from '../../../scripts/rollback';
import { perform } from './verb';

/** No server: what is not refused before fails to find it. */
const nowhere = { FLOWLEDGER_URL: 'http://127.0.0.1:1', FLOWLEDGER_KEY: 'a-key' };

const outcomeOf = async (verb: Parameters<typeof perform>[0], args: readonly string[]) => {
  const said = { out: '', err: '' };
  const status = await perform(verb, args, {
    env: nowhere,
    out: { write: (text) => (said.out += text) },
    err: { write: (text) => (said.err += text) },
  });
  return { status, first: said.err.split('\n')[0] };
};

const acts: [string, Parameters<typeof perform>[0], string[]][] = [
  ['revert takes no --dry-run', rebuildVerb, ['revert', 'roi-totals', '--reason=x', '--dry-run']],
  ['cut-over takes no --plan', rebuildVerb, ['cut-over', 'r1', '--plan']],
  ['cancel takes no --since, --all', rebuildVerb, ['cancel', 'r1', '--all', '--since=2026-01-08']],
  ['pause takes no --type', rebuildVerb, ['pause', 'r1', '--type=A']],
  ['retry takes no --dry-run', rollbackVerb, ['retry', 'r1', '--dry-run']],
  ['retry takes no --reason', rollbackVerb, ['retry', 'r1', '--reason=mended']],
  ['abort takes no --dry-run', rollbackVerb, ['abort', 'r1', '--reason=x', '--dry-run']],
  ['cancel takes no --dry-run', archiveVerb, ['cancel', 'events_1', '--dry-run']],
  ['retry takes no --reason', parkedVerb, ['retry', '--all', '--reason=mended']],
  ['what only shows takes no --reason', parkedVerb, ['roi-totals', '--reason=x']],
  ['a rebuild that begins takes no --accept', rebuildVerb, ['roi-totals', '--accept=roi-totals']],
  ['a rebuild that begins takes no --reason', rebuildVerb, ['--all', '--reason=x']],
  ['a rollback that begins takes no --park-unreadable', rollbackVerb, ['d2', '--park-unreadable']],
];

describe('an act of a verb', () => {
  it.each(acts)('refuses a flag that it would pass over: %s', async (message, verb, args) => {
    expect(await outcomeOf(verb, args)).toEqual({ status: 2, first: message });
  });

  it.each<[string, Parameters<typeof perform>[0], string[]]>([
    ['name one deployment', rollbackVerb, ['d2', 'd1', '--yes']],
    ['retry is of the id of a rollback', rollbackVerb, ['retry', '--yes']],
    ['r2 is one too many', rollbackVerb, ['retry', 'r1', 'r2']],
    ['cancel is of one: the id of a rebuild', rebuildVerb, ['cancel', 'r1', 'r2']],
    ['revert is of one: a projection', rebuildVerb, ['revert', '--reason=x']],
    ['list is of all partitions', archiveVerb, ['list', 'events_1']],
    ['follow is of one partition', archiveVerb, ['follow']],
    ['name partitions, or --all of them', archiveVerb, ['--all', 'events_1']],
    ['name projections, or --all of them', rebuildVerb, ['--plan']],
    ['name a projection and a stream, or --all', parkedVerb, ['retry']],
    ['the stream is missing', parkedVerb, ['skip', 'roi-totals', '--reason=x']],
  ])('refuses what it is not of: %s', async (message, verb, args) => {
    expect(await outcomeOf(verb, args)).toEqual({ status: 2, first: message });
  });

  it.each<[string, Parameters<typeof perform>[0], string[]]>([
    ['--reason is missing', rollbackVerb, ['abort', 'r1']],
    ['--yes is needed where nobody can be asked', rollbackVerb, ['d2', '--reason=x']],
    ['--mode: code or data, not both', rollbackVerb, ['d2', '--mode=both']],
    ['--reason is missing', rebuildVerb, ['revert', 'roi-totals']],
    ['--cutover: auto or manual, not soon', rebuildVerb, ['--all', '--cutover=soon']],
    ['--rate: events in a second, not fast', archiveVerb, ['events_1', '--rate=fast']],
  ])('is looked at before there is a server: %s', async (message, verb, args) => {
    expect(await outcomeOf(verb, args)).toEqual({ status: 2, first: message });
  });

  it.each<[Parameters<typeof perform>[0], string[]]>([
    [parkedVerb, ['retry', '--all', '--dry-run']],
    [rebuildVerb, ['cut-over', 'r1', '--accept=roi-totals', '--reason=x', '--json']],
    [rebuildVerb, ['follow', 'r1', '--json']],
    [rollbackVerb, ['retry', 'r1', '--park-unreadable', '--yes', '--report=report.md']],
    [archiveVerb, ['verify', '--all']],
  ])('takes its own: %#', async (verb, args) => {
    expect(await outcomeOf(verb, args)).toMatchObject({
      status: 1,
      first: expect.stringContaining('no server answers') as string,
    });
  });
});
