import { DatabaseError } from 'pg';
import { StyleDatabase } from './style-database';

/** What a style query is told where the database fails so. */
const toldOf = async (code: string): Promise<unknown> => {
  const database = new StyleDatabase('postgres://nobody@127.0.0.1/none');
  const failure = Object.assign(new DatabaseError('no', 2, 'error'), { code });
  Object.assign(database, { pool: { query: () => Promise.reject(failure) } });
  return database.ask({ name: 'one', text: 'select' }, []).catch((error: unknown) => error);
};

describe('a style query', () => {
  test.each(['42P01', '3F000'])(
    'is to come again where no projector has built the read model yet (%s)',
    async (code) => {
      expect(await toldOf(code)).toMatchObject({
        status: 503,
        code: 'version-not-live',
        more: { retryAfterSeconds: 5 },
      });
    },
  );

  test('that takes too long is told after how long', async () => {
    expect(await toldOf('57014')).toMatchObject({
      status: 503,
      code: 'query-too-slow',
      detail: expect.stringContaining('longer than 5 s') as string,
    });
  });

  test('that is wrong is a mistake of ours, and stays one', async () => {
    expect(await toldOf('42703')).toBeInstanceOf(DatabaseError);
  });
});
