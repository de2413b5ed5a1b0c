import { randomBytes } from 'node:crypto';
import type { KeyName } from '../../events/sealed-value';
import type { KeyTable } from './key-table';
import { MasterKeys } from './master-keys';
import type { WrappedKey } from './master-keys';
import { SubjectKeys } from './subject-keys';

const name: KeyName = { subject: 'ada', generation: 0 };

describe('the keys in memory', () => {
  const masters = new MasterKeys([randomBytes(32).toString('base64')]);
  const keysOf = (ensured: (made: WrappedKey) => Promise<WrappedKey>): SubjectKeys => {
    const table = { ensured: (_: KeyName, made: WrappedKey) => ensured(made) };
    return new SubjectKeys(table as unknown as KeyTable, masters, '');
  };

  it('hold one once it is loaded, until some are destroyed', async () => {
    const keys = keysOf((made) => Promise.resolve(made));
    await keys.load(name);
    expect(keys.peek(name)).toHaveLength(32);
    keys.clear();
    expect(keys.peek(name)).toBeUndefined();
  });

  it('do not hold one that some were destroyed after it was read', async () => {
    const keys = keysOf((made) => {
      keys.clear();
      return Promise.resolve(made);
    });
    await keys.load(name);
    expect(keys.peek(name)).toBeUndefined();
  });
});
