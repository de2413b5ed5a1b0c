/* What /health tells of a server, which says so as well where a look at a part took too long. */
import type { Client } from './client';
import { eventually } from './eventually';

export interface ToldHealth {
  readonly status: string;
  readonly checks: Readonly<Record<string, { readonly status: string; readonly detail?: string }>>;
  readonly areas?: Readonly<Record<string, string>>;
  /** Of the answer over HTTP. */
  readonly code: number;
}

/** Waits until all of this holds at once: a look may meet half of a change, or take too long. */
export const healthBecomes = (client: Client, path: string, wanted: object): Promise<ToldHealth> =>
  eventually(
    path,
    async () => {
      const { status: code, body } = await client.get<ToldHealth>(path, { key: null });
      const told = { ...body, code };
      expect(told).toMatchObject(wanted);
      return told;
    },
    { every: 50 },
  );
