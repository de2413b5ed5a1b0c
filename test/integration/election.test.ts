import { Logger } from '@nestjs/common';
import { offices, standFor } from '../../src/modules/database/election';
import { freshDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';

test('a duty that fails gives its office up, which is said once, and is stood for again', async () => {
  const database = await freshDatabase();
  const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  let held = 0;
  const resign = standFor(database.url, offices.archiver, () => {
    held += 1;
    return Promise.reject(new Error('no such thing'));
  });
  await eventually('the office held again', () => Promise.resolve(held > 2));
  await resign();
  expect(warn.mock.calls).toEqual([
    ['the office archiver was given up, and is stood for again: no such thing'],
  ]);
  warn.mockRestore();
  await database.drop();
});
