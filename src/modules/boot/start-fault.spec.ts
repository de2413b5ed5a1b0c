import { readSettings } from '../config/settings';
import { startFault } from './start-fault';

const here = readSettings({ PORT: '3000' });
const there = readSettings({ DATABASE_URL: 'postgres://me:hunter2@db:5432/flowledger' });

const failing = (code: string, message = 'low-level words'): Error =>
  Object.assign(new Error(message), { code });

test.each([
  [here, 'EADDRINUSE', /^port 3000 of 127\.0\.0\.1 is taken: set PORT to another/],
  [
    here,
    'EADDRNOTAVAIL',
    /^cannot listen on 127\.0\.0\.1:3000 \(EADDRNOTAVAIL\): set HOST and PORT/,
  ],
  [here, 'EACCES', /^cannot listen on/],
  [there, 'ECONNREFUSED', /^cannot reach the database at postgres:\/\/db:5432\/flowledger/],
  [there, 'ENOTFOUND', /^cannot reach the database/],
  [there, '28P01', /^the database at .* refused the connection/],
  [there, '3D000', /^the database at .* refused the connection/],
  [there, '42501', /^the user of DATABASE_URL may not prepare the database/],
])('%# %s says what to look at', (settings, code, line) => {
  const { message } = startFault(failing(code), settings);
  expect(message).toMatch(line);
  expect(message).not.toMatch(/\n|hunter2/);
});

test.each([
  ['nowhere.invalid', /^cannot listen on nowhere\.invalid:3000 \(ENOTFOUND\): set HOST and PORT/],
  ['db', /^cannot reach the database at postgres:\/\/db\/flowledger \(ENOTFOUND\)/],
])('a name that nothing has, %s, is told by the setting that has it', (hostname, line) => {
  const settings = readSettings({
    HOST: 'nowhere.invalid',
    DATABASE_URL: 'postgres://db/flowledger',
  });
  const error = Object.assign(failing('ENOTFOUND'), { hostname });
  expect(startFault(error, settings).message).toMatch(line);
});

describe('with an owner of its own', () => {
  const settings = readSettings({
    DATABASE_URL: 'postgres://app:hunter2@db/flowledger',
    DATABASE_OWNER_URL: 'postgres://owner:hunter2@owners/flowledger',
  });
  const owners = /^cannot reach the database at postgres:\/\/owners\/.*: check DATABASE_OWNER_URL/;
  const apps =
    /^the database at postgres:\/\/db\/.* refused the connection .*: check DATABASE_URL$/;
  const other =
    /^the database at postgres:\/\/db\/flowledger was not prepared \(low-level words\): DATABASE_URL and DATABASE_OWNER_URL have to lead to the same one$/;

  test.each([
    ['ECONNREFUSED', 'ownerUrl', owners],
    ['3D000', 'url', apps],
    ['42P01', 'url', other],
    ['22023', 'url', other],
  ] as const)('%s at its %s is told of the one that failed', (code, connecting, line) => {
    expect(startFault(failing(code), settings, connecting).message).toMatch(line);
  });
});

test('what is already in words stays as it is', () => {
  const error = new Error('cannot write to FLOWLEDGER_HOME /x');
  expect(startFault(error, here)).toBe(error);
});
