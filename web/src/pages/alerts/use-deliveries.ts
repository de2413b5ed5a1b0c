import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Schema } from '../../api/contract';
import { useAnswer } from '../../api/use-answer';
import type { Answer } from '../../api/use-answer';
import { useLooks } from '../../api/use-looks';
import type { LedgerEvent } from '../../live/event';
import { onEvents } from '../../live/tail';
import { streamOf } from './alert';

/** Whether a webhook arrived is in no event: it is looked at while one is under way. */
const lookEvery = 2_000;

/** The courier hears of a request within a second, where it has not much else to do. */
const looksAfterRequest = 10;

export const deliveriesShown = 100;

/** What became of the webhooks of an alert, for as long as something becomes of them. */
export const useDeliveries = (alert: string): Answer<Schema<'WebhookDeliveries'>> => {
  const stream = streamOf(alert);
  const isAgain = ({ type, data }: LedgerEvent): boolean =>
    type === 'WebhookResendRequested' && data['alert'] === alert;
  const freshness = useMemo(
    () => ({
      outdatedBy: (event: LedgerEvent) => event.stream === stream || isAgain(event),
      milliseconds: 500,
    }),
    [stream],
  );
  const path = `/v1/webhook-deliveries?alert=${encodeURIComponent(alert)}&limit=${String(deliveriesShown)}`;
  const answer = useAnswer<Schema<'WebhookDeliveries'>>(path, freshness);
  const [looksLeft, setLooksLeft] = useState(0);
  useEffect(
    () =>
      onEvents((events) => {
        if (events.some(freshness.outdatedBy)) setLooksLeft(looksAfterRequest);
      }),
    [freshness],
  );
  const isWaiting = answer.data?.deliveries.some(({ state }) => state === 'waiting') ?? false;
  useLooks(isWaiting || looksLeft > 0, lookEvery, () => {
    answer.refresh();
    setLooksLeft((left) => Math.max(0, left - 1));
  });
  return answer;
};
