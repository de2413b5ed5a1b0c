import { rulesOf } from '../../../test/harness/given-when-then';
import { webhookStreamId } from './webhook.commands';
import type { WebhookCommand } from './webhook.commands';
import { webhook } from './webhook.decider';
import type { WebhookDelivery } from './webhook.decider';

const at = {
  endpoint: 'hooks.example.org-0a1b2c3d',
  eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
};
const resend: WebhookCommand = { type: 'ResendWebhook', ...at };
const after = (state: WebhookDelivery['state']): WebhookDelivery => ({
  state,
  attempts: 14,
  alert: 'slow.3',
});

test('what was given up is sent again, from there on', () => {
  const { given } = rulesOf(webhook, { delivery: after('dead') });
  const data = { ...at, alert: 'slow.3', attempts: 14 };
  given()
    .when(resend)
    .then({ type: 'WebhookResendRequested', data: { ...data, reason: null } });
  given()
    .when({ ...resend, reason: 'the receiver is back' })
    .then({ type: 'WebhookResendRequested', data: { ...data, reason: 'the receiver is back' } });
});

test.each([
  ['delivered', /was taken, and what was taken is never sent again/],
  ['waiting', /is sent by itself/],
] as const)('what is %s is not', (state, detail) => {
  rulesOf(webhook, { delivery: after(state) })
    .given()
    .when(resend)
    .refused('webhook-not-dead', detail);
});

test('what an endpoint was never told of cannot be told to it again', () => {
  rulesOf(webhook, { delivery: null })
    .given()
    .when(resend)
    .refused(
      'webhook-unknown',
      /hooks\.example\.org-0a1b2c3d has no webhook of the event 01890a5d/,
    );
});

test('the stream of an endpoint has its name, but for brackets', () => {
  expect([at.endpoint, '[::1]:8080-0a1b2c3d'].map(webhookStreamId)).toEqual([
    at.endpoint,
    '::1:8080-0a1b2c3d',
  ]);
});
