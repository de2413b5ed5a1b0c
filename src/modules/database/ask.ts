/** Asks the database one statement, for its rows. On what connection is up to whoever gave this. */
export type Ask = <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
