import { parseJson } from './json-text';

describe('a JSON text', () => {
  test.each(['{"a": [1, null]}', '\uFEFF{"a": [1, null]}'])('%j is read', (text) => {
    expect(parseJson(text, 'body')).toEqual({ a: [1, null] });
  });

  test('that is none is told where it goes wrong', () => {
    expect(() => parseJson('{"executionId": "one",}', 'line')).toThrow(
      /^the line is not valid JSON: .*position 22/,
    );
  });

  test.each(['', '\uFEFF'])('%j is told to be empty', (text) => {
    expect(() => parseJson(text, 'body')).toThrow('the body is empty: send a JSON object');
  });
});
