/** The connection string of the application's role. */
export const DATABASE_URL = Symbol('DATABASE_URL');
