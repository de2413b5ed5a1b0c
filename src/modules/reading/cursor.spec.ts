import { Problem } from '../http/problem';
import { cursorOf, isCursor, placeOf } from './cursor';

const query = ['roi-totals', 1, ['writer']];
const any = (): boolean => true;

describe('a cursor', () => {
  it('brings back the place it was made for', () => {
    const place = ['2026-01-08', null, 'Zürich, "x"'];
    const cursor = cursorOf(query, place);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(placeOf(query, cursor, any)).toEqual(place);
  });

  it('is refused by another query', () => {
    const cursor = cursorOf(query, ['a']);
    expect(() => placeOf(['roi-totals', 2, ['writer']], cursor, any)).toThrow(Problem);
  });

  it('is refused when it does not fit', () => {
    expect(() => placeOf(query, cursorOf(query, ['a']), () => false)).toThrow(Problem);
  });

  it.each(['', 'x', 'not base64!', 'bnVsbA', 'W10', 'WzFd', `${cursorOf(query, ['a'])}=`])(
    'is refused when garbled: %p',
    (cursor) => {
      expect(() => placeOf(query, cursor, any)).toThrow(/^cursor: /);
    },
  );

  it.each([[[]], [['a\0']], [['a', '\ud800']]])('is refused when made up: of %j', (place) => {
    const cursor = cursorOf(query, place);
    expect(isCursor(cursor)).toBe(false);
    expect(() => placeOf(query, cursor, any)).toThrow(/^cursor: is not one that was given out/);
  });

  it('is refused when a character is lost or changed', () => {
    const cursor = cursorOf(query, ['2026-01-08', 'writer']);
    for (let at = 0; at < cursor.length; at += 1) {
      const lost = cursor.slice(0, at) + cursor.slice(at + 1);
      const read = (): unknown =>
        placeOf(query, lost, (place) => place.join() === '2026-01-08,writer');
      expect(read).toThrow(Problem);
    }
  });
});
