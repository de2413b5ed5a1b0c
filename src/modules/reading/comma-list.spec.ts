import fc from 'fast-check';
import { itemsOf } from './comma-list';

describe('a comma list', () => {
  it('is split at its commas', () => {
    expect(itemsOf('writer,editor')).toEqual(['writer', 'editor']);
    expect(itemsOf('writer')).toEqual(['writer']);
    expect(itemsOf('')).toEqual(['']);
    expect(itemsOf('a,,b')).toEqual(['a', '', 'b']);
  });

  it('keeps a comma or a backslash behind a backslash', () => {
    expect(itemsOf('Smith\\, John,b')).toEqual(['Smith, John', 'b']);
    expect(itemsOf('a\\\\,b')).toEqual(['a\\', 'b']);
    expect(itemsOf('C:\\temp')).toEqual(['C:\\temp']);
  });

  it('gives back any items that were escaped', () => {
    const escaped = (item: string): string => item.replace(/[\\,]/g, '\\$&');
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (items) => {
        expect(itemsOf(items.map(escaped).join(','))).toEqual(items);
      }),
    );
  });
});
