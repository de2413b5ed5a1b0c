import { BadUse } from '../cli/verb';
import { itemsOf } from '../reading/comma-list';
import { queryOf, rateOf, scopeOf } from './scope-flags';

const none = { stream: [], type: [], deployment: [] };

describe('a scope told by flags', () => {
  it('is everything where nothing is said', () => {
    expect(scopeOf(none)).toEqual({});
  });

  it('takes lists as comma lists, repeated, or both', () => {
    const scope = scopeOf({ ...none, type: ['A,B', 'C'], stream: ['article-a\\,b'] });
    expect(scope).toEqual({ types: ['A', 'B', 'C'], streams: ['article-a,b'] });
    expect(itemsOf(queryOf(scope)['streams'] ?? '')).toEqual(['article-a,b']);
  });

  it('takes days and times, and positions', () => {
    const scope = scopeOf({ ...none, since: '2026-01-08', from: '7', to: '9' });
    expect(scope).toEqual({
      since: '2026-01-08T00:00:00.000000Z',
      fromPosition: '7',
      toPosition: '9',
    });
    expect(queryOf(scope)).toEqual(scope);
  });

  it('takes it as the API does, too, and what a flag of its own says before that', () => {
    const told = '{"types": ["A"], "fromPosition": 7, "since": "2026-01-08T00:00:00Z"}';
    expect(scopeOf({ ...none, scope: told, type: ['B'] })).toEqual({
      types: ['B'],
      fromPosition: '7',
      since: '2026-01-08T00:00:00.000000Z',
    });
  });

  it.each([
    [{ since: 'yesterday' }, /^--since: an ISO 8601 time/],
    [{ until: '2026-01-08T10:00:00' }, /^--until: an ISO 8601 time with a zone/],
    [{ from: '-1' }, /^--from: a position, not -1/],
    [{ to: '1e3' }, /^--to: a position/],
    [{ type: ['A,,B'] }, /^--type: a name is missing/],
    [{ scope: 'types=A' }, /^--scope: a JSON object, not types=A/],
    [
      { scope: '{"type": ["A"], "toPosition": -1}' },
      /^--scope: toPosition: a position: .*; type: unknown field, did you mean types/,
    ],
    [{ from: '10', to: '9' }, /^the scope: toPosition: must not lie before fromPosition/],
    [
      { scope: '{"until": "2026-01-08"}', since: '2026-01-09' },
      /^the scope: until: must be after since/,
    ],
  ])('refuses %j', (flags, message) => {
    const ask = (): unknown => scopeOf({ ...none, ...flags });
    expect(ask).toThrow(BadUse);
    expect(ask).toThrow(message);
  });

  it.each(['0', '-5', '1.5', 'fast', ''])('takes no rate of %j', (text) => {
    expect(() => rateOf(text)).toThrow(BadUse);
  });

  it('takes a rate, or none', () => {
    expect([rateOf('500'), rateOf(undefined)]).toEqual([500, null]);
  });
});
