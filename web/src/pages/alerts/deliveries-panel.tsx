import { useState } from 'preact/hooks';
import { count } from '../../format/numbers';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { isOperator } from '../../session/session';
import { deliveryColumns } from './delivery-columns';
import type { Delivery } from './delivery-columns';
import { ResendDialog } from './resend-dialog';
import { deliveriesShown, useDeliveries } from './use-deliveries';

/** Who was told of an alert, and what became of that. */
export const DeliveriesPanel = ({ alert }: { readonly alert: string }) => {
  const [chosen, setChosen] = useState<Delivery | null>(null);
  const answer = useDeliveries(alert);
  const isCut = typeof answer.data?.next === 'string';
  return (
    <Panel
      title="Webhooks"
      note={`one for each fact and endpoint${isCut ? `; the last ${count(deliveriesShown)}` : ''}`}
      actions={
        <a href={link('events', null, { types: 'WebhookResendRequested' })}>What was sent again</a>
      }
    >
      <Answered answer={answer}>
        {({ deliveries }) =>
          deliveries.length === 0 ? (
            <Empty>
              No webhook tells of it: FLOWLEDGER_ALERT_WEBHOOKS names no endpoint, or named none
              when it fired.
            </Empty>
          ) : (
            <DataTable
              caption="Webhooks of the alert"
              columns={deliveryColumns(isOperator() ? setChosen : null)}
              rows={deliveries}
              keyOf={({ endpoint, eventId }) => `${endpoint} ${eventId}`}
            />
          )
        }
      </Answered>
      {chosen !== null && (
        <ResendDialog
          delivery={chosen}
          onClose={() => {
            setChosen(null);
          }}
        />
      )}
    </Panel>
  );
};
