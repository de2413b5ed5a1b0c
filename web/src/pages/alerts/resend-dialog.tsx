import { given } from '../../api/given';
import { command } from '../../api/request';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import { spokenType } from '../events/spoken-type';
import type { Delivery } from './delivery-columns';

interface Properties {
  readonly delivery: Delivery;
  readonly onClose: () => void;
}

/** Has a webhook sent again that was given up. */
export const ResendDialog = ({ delivery, onClose }: Properties) => {
  const { endpoint, eventId, type, fault } = delivery;
  return (
    <ConfirmDialog
      title="Send the webhook again"
      name={null}
      action="Send again"
      reason="optional"
      onConfirm={async (reason) => {
        await command('resend-webhook', { endpoint, eventId, ...given('reason', reason) });
      }}
      onClose={onClose}
    >
      <p>
        “{spokenType(type)}” to {endpoint} was given up{fault !== null && ` (${fault})`}. It is
        tried as often as the first time, under the same id; what comes behind it waits until then.
      </p>
    </ConfirmDialog>
  );
};
