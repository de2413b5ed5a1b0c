import { command } from '../../api/request';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import type { ChecklistLine, DeploymentRow } from './deployment';

/** Ticks an item, with evidence, or unticks it. */
export const TurnDialog = ({
  line,
  row,
  onClose,
}: {
  readonly line: ChecklistLine;
  readonly row: DeploymentRow;
  readonly onClose: () => void;
}) => {
  const { item, ticked, description } = line;
  const { deploymentId } = row;
  return (
    <ConfirmDialog
      title={`${ticked ? 'Untick' : 'Tick'} ${item}`}
      name={null}
      action={ticked ? 'Untick' : 'Tick'}
      reason="optional"
      words={ticked ? 'Reason' : 'Evidence, such as an address'}
      onConfirm={async (words) => {
        if (ticked) {
          const reason = words === '' ? {} : { reason: words };
          await command('untick-checklist-item', { deploymentId, item, ...reason });
        } else {
          const evidence = words === '' ? {} : { evidence: words };
          await command('tick-checklist-item', { deploymentId, item, ...evidence });
        }
      }}
      onClose={onClose}
    >
      <p>{description ?? item}</p>
      <p class="muted">Until it is staged, any change takes sign-offs away that were given.</p>
    </ConfirmDialog>
  );
};
