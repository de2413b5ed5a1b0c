import type { TestDatabase } from './database';

/** Has the sweeper believe that somebody listened since a time, and did so last at another: `3 hours` ago. */
export const listened = async (
  database: TestDatabase,
  { since, seen = '0' }: { readonly since: string; readonly seen?: string },
): Promise<void> => {
  await database.sql(
    `insert into ops.settings (name, value)
     values ('listening', json_build_object('since', now() - $1::interval, 'seen', now() - $2::interval)::text)
     on conflict (name) do update set value = excluded.value`,
    [since, seen],
  );
};
