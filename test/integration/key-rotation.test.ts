/* Giving a caller another key without a gap, as docs/operations.md says. */
import { startApp } from '../harness/app';
import { clientOf } from '../harness/client';

test('a caller changes its secret without a gap, and is the same caller to the ledger', async () => {
  const next = 'the-next-key-of-the-service-01';
  const app = await startApp({ moreKeys: [{ role: 'service', name: 'service', secret: next }] });
  const before = app.client;
  const after = clientOf(app.url, next);
  const command = { executionId: 'rotated' };
  const idempotencyKey = 'sent-before-and-after';

  const first = await before.command('start-execution', command, { idempotencyKey });
  const second = await after.command('start-execution', command, { idempotencyKey });
  expect(first.body.duplicate).toBe(false);
  expect(second.body).toEqual({ ...first.body, duplicate: true });

  await after.command('heartbeat-execution', command);
  const { body } = await after.get<{ events: { actor: string }[] }>(
    '/v1/streams/execution-rotated',
  );
  expect(body.events.map(({ actor }) => actor)).toEqual(['service', 'service']);
  await app.stop();
});
