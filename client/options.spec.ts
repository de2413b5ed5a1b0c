import { settingsOf } from './options';
import type { ClientOptions } from './options';

const right: ClientOptions = { url: 'http://127.0.0.1:3000/', key: 'a-key' };

describe('the options of the client', () => {
  test('need no more than an address and a key', () => {
    expect(settingsOf(right)).toEqual({
      url: 'http://127.0.0.1:3000',
      headers: { authorization: 'Bearer a-key' },
      timeoutMilliseconds: 30_000,
      patienceMilliseconds: 60_000,
      batch: { size: 500, ageMilliseconds: 50, queue: 10_000 },
    });
  });

  test('are as small as can be, or as large', () => {
    const batch = { size: 1, ageMilliseconds: 0, queue: 1 };
    expect(settingsOf({ ...right, timeoutMilliseconds: 1, batch })).toMatchObject({ batch });
    const longest = { timeoutMilliseconds: 2 ** 31 - 1, patienceMilliseconds: 0 };
    expect(settingsOf({ ...right, ...longest })).toMatchObject(longest);
  });

  test('take an address without the mark of a query that it ends with', () => {
    expect(settingsOf({ ...right, url: 'http://127.0.0.1:3000/ledger/?' }).url).toBe(
      'http://127.0.0.1:3000/ledger',
    );
  });

  test('are refused by name, with what would be right', () => {
    const refusal = (wrong: Partial<ClientOptions>) => () => settingsOf({ ...right, ...wrong });
    expect(refusal({ url: '127.0.0.1:3000' })).toThrow(/^url: is the address of a server/);
    expect(refusal({ url: 'ftp://127.0.0.1' })).toThrow(/^url: /);
    for (const odd of [
      'http://a:b@127.0.0.1',
      'http://127.0.0.1/?tenant=a',
      'http://127.0.0.1/#a',
    ]) {
      expect(refusal({ url: odd })).toThrow(/^url: has no query, fragment, user or password/);
    }
    expect(refusal({ key: '' })).toThrow(/^key: is one or more printable/);
    expect(refusal({ deploymentId: 'd 2' })).toThrow(/^deploymentId: /);
    expect(refusal({ timeoutMilliseconds: 0 })).toThrow(/^timeoutMilliseconds: .* 1 or more/);
    expect(refusal({ timeoutMilliseconds: 2 ** 31 })).toThrow(/, and at most 2147483647$/);
    expect(refusal({ batch: { ageMilliseconds: 2 ** 31 } })).toThrow(/^batch\.ageMilliseconds: /);
    expect(refusal({ patienceMilliseconds: 0.5 })).toThrow(/^patienceMilliseconds: /);
    expect(refusal({ batch: { size: 0 } })).toThrow(/^batch\.size: is a whole number, 1 or more/);
    expect(refusal({ batch: { ageMilliseconds: -1 } })).toThrow(/^batch\.ageMilliseconds: /);
    expect(refusal({ batch: { queue: Number.NaN } })).toThrow(/^batch\.queue: /);
  });
});
