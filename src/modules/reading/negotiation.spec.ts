import { Problem } from '../http/problem';
import { negotiated } from './negotiation';

const offered = ['application/json', 'text/csv', 'application/x-ndjson'] as const;

describe('what a caller accepts', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['Text/CSV; charset=utf-8', 'text/csv'],
    ['application/x-ndjson', 'application/x-ndjson'],
    ['text/*', 'text/csv'],
    ['application/*', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['application/json;q=0.5, text/csv', 'text/csv'],
    ['text/csv;q=0, */*;q=0.1', 'application/json'],
    ['application/json;q=0, */*', 'text/csv'],
    ['*/*, application/json;q=0', 'text/csv'],
  ])('%p gets %s', (accept, type) => {
    expect(negotiated(accept, offered)).toBe(type);
  });

  it.each(['application/xml', 'text/csv;q=0', 'nonsense'])('%p is refused', (accept) => {
    expect(() => negotiated(accept, offered)).toThrow(Problem);
  });
});
