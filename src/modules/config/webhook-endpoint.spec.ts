import { webhookCommands } from '../../commands/webhook/webhook.commands';
import { webhookEndpoint } from './webhook-endpoint';

const secret = `whsec_${Buffer.from('a'.repeat(24)).toString('base64')}`;
const url = 'https://hooks.example.org/alerts?team=7';

test('a webhook is an address and a secret, and its name gives away neither', () => {
  const endpoint = webhookEndpoint.parse(`${url}#${secret}`);
  expect(endpoint).toEqual({
    url,
    keys: [new Uint8Array(24).fill(97)],
    name: expect.stringMatching(/^hooks\.example\.org-[0-9a-f]{8}$/),
  });
});

test('two secrets sign side by side, under the same name, while one follows the other', () => {
  const other = `whsec_${Buffer.from('b'.repeat(64)).toString('base64')}`;
  const endpoint = webhookEndpoint.parse(`${url}#${other}#${secret}`);
  expect(endpoint.keys.map(({ length }) => length)).toEqual([64, 24]);
  expect(endpoint.name).toBe(webhookEndpoint.parse(`${url}#${secret}`).name);
});

test('its name is one that it can be asked for again by, however long its host is', () => {
  const host = [...Array.from({ length: 3 }, () => 'a'.repeat(63)), 'b'.repeat(61)].join('.');
  const { name: endpoint } = webhookEndpoint.parse(`https://${host}:65535/#${secret}`);
  expect(endpoint).toHaveLength(253 + 6 + 9);
  const asked = { endpoint, eventId: '01890a5d-ac96-774b-bcce-b302099a8057' };
  expect(webhookCommands.ResendWebhook.schema.parse(asked)).toEqual(asked);
});

test.each([
  ['no secret', url],
  ['an empty secret', `${url}#`],
  ['a secret without its mark', `${url}#${secret.slice('whsec_'.length)}`],
  ['a short secret', `${url}#whsec_${Buffer.from('short').toString('base64')}`],
  ['a long secret', `${url}#whsec_${Buffer.from('a'.repeat(65)).toString('base64')}`],
  ['another protocol', `ftp://hooks.example.org#${secret}`],
  ['no address', `hooks#${secret}`],
  ['a user', `https://team@hooks.example.org#${secret}`],
  ['a password', `https://team:pass@hooks.example.org#${secret}`],
])('%s is refused, and not repeated', (_what, text) => {
  const { error } = webhookEndpoint.safeParse(text);
  expect(error?.issues[0]?.message).toMatch(/^each webhook is url#secret, /);
  expect(JSON.stringify(error?.issues)).not.toContain(text);
});
