import { jsonSchema, momentSchema } from './fields';

describe('a moment', () => {
  test('is kept in one form, in UTC', () => {
    expect(momentSchema.parse('2026-01-08')).toBe('2026-01-08T00:00:00.000000Z');
    expect(momentSchema.parse('2026-01-08T01:30:00.25+02:00')).toBe('2026-01-07T23:30:00.250000Z');
  });

  test.each(['9999-12-31T23:59:59-05:00', '0001-01-01T00:00:00+05:00', '0000-06-01'])(
    'beyond what the database can hold is refused: %s',
    (text) => {
      expect(momentSchema.safeParse(text).error?.issues).toMatchObject([
        { message: 'must lie in the years 0001 to 9999 of UTC' },
      ]);
    },
  );

  test('may be the first and the last that there is', () => {
    const ends = ['0001-01-01T00:00:00.000000Z', '9999-12-31T23:59:59.000000Z'];
    expect(ends.map((text) => momentSchema.parse(text))).toEqual(ends);
  });
});

describe('JSON of the caller', () => {
  test('is kept as it is', () => {
    const value = { id: 9_007_199_254_740_991, of: [-0.5, 1e-7, null, true, 'text', {}] };
    expect(jsonSchema.parse(value)).toEqual(value);
  });

  test('has no number that was rounded when it was read, and each is named', () => {
    const value: unknown = JSON.parse('{"id": 12345678901234567890, "of": [1, -9007199254740993]}');
    const issues = jsonSchema.safeParse(value).error?.issues ?? [];
    expect(issues.map(({ path }) => path.join('.'))).toEqual(['id', 'of.1']);
    expect(issues[0]?.message).toMatch(/send it as text/);
  });
});
