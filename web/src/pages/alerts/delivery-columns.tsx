import type { Schema } from '../../api/contract';
import { count, none } from '../../format/numbers';
import { At } from '../../parts/at';
import type { Column } from '../../parts/data-table';
import { Named } from '../../parts/named';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { spokenType } from '../events/spoken-type';

export type Delivery = Schema<'WebhookDeliveries'>['deliveries'][number];

const Until = ({ delivery: { state, dueAt, endedAt } }: { readonly delivery: Delivery }) => {
  if (state === 'waiting' && dueAt !== null) {
    return (
      <>
        next at <At at={dueAt} isZoned />
      </>
    );
  }
  return endedAt === null ? <>{none}</> : <At at={endedAt} isZoned />;
};

type OnResend = ((delivery: Delivery) => void) | null;

const State = ({
  delivery,
  onResend,
}: {
  readonly delivery: Delivery;
  readonly onResend: OnResend;
}) => (
  <span class="actions">
    <Status name={delivery.state} />
    {delivery.state === 'dead' && onResend !== null && (
      <button
        type="button"
        class="button button--small"
        onClick={() => {
          onResend(delivery);
        }}
      >
        Send again…
      </button>
    )}
  </span>
);

/** With a way to have one sent again for whoever may. */
export const deliveryColumns = (onResend: OnResend): readonly Column<Delivery>[] => [
  {
    heading: 'Told of',
    isName: true,
    cell: ({ type, position, endpoint }) => (
      <Named href={link('events', position)} name={spokenType(type)} note={`to ${endpoint}`} />
    ),
  },
  { heading: 'State', cell: (delivery) => <State delivery={delivery} onResend={onResend} /> },
  {
    heading: 'Last answer',
    cell: ({ status, fault }) => fault ?? (status === null ? none : `answered ${String(status)}`),
    isMinor: true,
  },
  {
    heading: 'Attempts',
    cell: ({ attempts }) => count(attempts),
    isNumeric: true,
    isMinor: true,
  },
  {
    heading: 'Ended (UTC)',
    cell: (delivery) => <Until delivery={delivery} />,
    isNumeric: true,
    isMinor: true,
  },
];
