/** Why something a suite needs is not here, or null where it is. */
export type Missing = string | null;

/**
 * A `describe` for suites that need something of the machine. Without it the suite is reported by name with
 * the reason, and skipped; where CI is set it fails instead.
 */
export const describeNeeding = (name: string, missing: Missing, fn: () => void): void => {
  if (missing === null) {
    describe(name, fn);
    return;
  }
  const ci = process.env['CI'];
  if (ci !== undefined && ci !== '' && ci !== 'false') {
    test(`${name}: has what it needs`, () => {
      throw new Error(`CI skips no suite, and this one cannot run: ${missing}`);
    });
    return;
  }
  describe.skip(`${name} (${missing})`, fn);
};
