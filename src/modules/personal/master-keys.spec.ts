import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keysCheck } from './key-keeper.service';
import { readMasterKeyFile } from './master-key-file';
import { MasterKeys } from './master-keys';

const secretOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const name = { subject: 'ann', generation: 0 };

describe('master keys', () => {
  const former = new MasterKeys([secretOf(1)]);
  const both = new MasterKeys([secretOf(2), secretOf(1)]);
  const next = new MasterKeys([secretOf(2)]);

  test('unwrap what any of them wrapped, for that person alone', () => {
    const wrapped = former.make(name);
    const key = former.unwrap(name, wrapped);
    expect(key).toHaveLength(32);
    expect(both.unwrap(name, wrapped)).toEqual(key);
    expect(next.unwrap(name, wrapped)).toBeNull();
    expect(former.unwrap({ ...name, subject: 'bob' }, wrapped)).toBeNull();
    expect(former.unwrap({ ...name, generation: 1 }, wrapped)).toBeNull();
  });

  test('wrap by the first of them', () => {
    const wrapped = both.make(name);
    expect(wrapped.master).toBe(next.current);
    expect(next.unwrap(name, wrapped)).toEqual(both.unwrap(name, wrapped));
    expect(former.unwrap(name, wrapped)).toBeNull();
  });

  test('every person has a key of their own', () => {
    expect(former.unwrap(name, former.make(name))).not.toEqual(
      former.unwrap(name, former.make(name)),
    );
  });

  test('there is one at least', () => {
    expect(() => new MasterKeys([])).toThrow('there is no master key');
  });
});

describe('the file of master keys', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'master-keys-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  test('is made once, for its owner’s eyes only', async () => {
    const made = await readMasterKeyFile(home);
    expect(made).toEqual([expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/)]);
    const { mode } = await stat(join(home, 'master-keys.json'));
    expect((mode & 0o777).toString(8)).toBe('600');
    expect(await readMasterKeyFile(home)).toEqual(made);
  });

  test.each(['[]', '["short"]', 'not json', ''])(
    'of %j is refused by its name',
    async (content) => {
      await writeFile(join(home, 'master-keys.json'), content);
      await expect(readMasterKeyFile(home)).rejects.toThrow(/master-keys\.json is not a list/);
    },
  );
});

test('what is wrong with keys is told', () => {
  expect(keysCheck(0, [], [])).toEqual({ status: 'healthy' });
  expect(keysCheck(2, ['ab12'], [name])).toEqual({
    status: 'degraded',
    detail:
      '2 keys of persons who are forgotten are still to be destroyed; ' +
      'keys are wrapped by master keys that this server does not have: ab12; ' +
      'keys that their master key does not open are damaged: ann/0',
  });
});
