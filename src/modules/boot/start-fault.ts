import type { Settings } from '../config/settings';

const withoutPassword = (url: string): string => {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  } catch {
    return 'it';
  }
};

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ECONNRESET',
]);

/** SQLSTATE of a refused login or a missing database. */
const refusedLogin = /^(28|3D)/;

/** SQLSTATE of a table, a schema or the role that migrations make, and that is not there. */
const notMigrated = /^(42P01|3F000|22023)/;

/** Which of the two urls of the database was being used. */
type Connecting = 'url' | 'ownerUrl';

/** What kept the server from starting, as one line that names the setting to look at. */
export const startFault = (
  error: unknown,
  settings: Settings,
  connecting: Connecting = 'url',
): Error => {
  // A name that was looked up in vain is told along; the database's is another one.
  const { code, message, hostname } = error as NodeJS.ErrnoException & { hostname?: string };
  const say = (line: string): Error => new Error(line, { cause: error });
  if (code === 'EADDRINUSE') {
    return say(
      `port ${String(settings.port)} of ${settings.host} is taken: set PORT to another, or 0 for any free one`,
    );
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || hostname === settings.host) {
    return say(
      `cannot listen on ${settings.host}:${String(settings.port)} (${String(code)}): set HOST and PORT`,
    );
  }
  if (settings.database !== null && code !== undefined) {
    const { url, ownerUrl } = settings.database;
    const where = withoutPassword(settings.database[connecting]);
    const variable =
      connecting === 'url' || url === ownerUrl ? 'DATABASE_URL' : 'DATABASE_OWNER_URL';
    if (unreachable.has(code) || code === 'EAI_AGAIN') {
      return say(
        `cannot reach the database at ${where} (${code}): check ${variable} and that it runs`,
      );
    }
    if (refusedLogin.test(code)) {
      return say(`the database at ${where} refused the connection (${message}): check ${variable}`);
    }
    if (notMigrated.test(code) && url !== ownerUrl) {
      return say(
        `the database at ${where} was not prepared (${message}): DATABASE_URL and DATABASE_OWNER_URL have to lead to the same one`,
      );
    }
    if (code === '42501' && message.includes('set role')) {
      return say(
        'the user of DATABASE_URL may not act as the role flowledger_app: run "grant flowledger_app to <user>" on the database',
      );
    }
    if (code === '42501') {
      return say(
        `the user of ${variable} may not prepare the database (${message}): let it create roles and schemas, or name one who may in DATABASE_OWNER_URL`,
      );
    }
  }
  return error instanceof Error ? error : new Error(String(error));
};
