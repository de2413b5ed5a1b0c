import { welcome } from './welcome';

const requestsOf = (text: string): string[] =>
  text.split('\n').filter((line) => line.startsWith('curl '));

test('a key that the server made is in each request', () => {
  const requests = requestsOf(welcome('http://127.0.0.1:3000', 'made-by-it'));
  expect(requests).toHaveLength(3);
  for (const one of requests) expect(one).toContain("-H 'Authorization: Bearer made-by-it'");
});

test('without one the shell puts it in: a secret of FLOWLEDGER_KEYS gets into no log', () => {
  const requests = requestsOf(welcome('http://127.0.0.1:3000', null));
  expect(requests).toHaveLength(3);
  for (const one of requests) expect(one).toContain('-H "Authorization: Bearer $FLOWLEDGER_KEY"');
});
