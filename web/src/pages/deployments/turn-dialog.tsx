import { given } from '../../api/given';
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
  const named = { deploymentId: row.deploymentId, item };
  return (
    <ConfirmDialog
      title={`${ticked ? 'Untick' : 'Tick'} ${item}`}
      name={null}
      action={ticked ? 'Untick' : 'Tick'}
      reason="optional"
      words={ticked ? 'Reason' : 'Evidence, such as an address'}
      onConfirm={async (words) => {
        if (ticked) {
          await command('untick-checklist-item', { ...named, ...given('reason', words) });
        } else {
          await command('tick-checklist-item', { ...named, ...given('evidence', words) });
        }
      }}
      onClose={onClose}
    >
      <p>{description ?? item}</p>
      <p class="muted">Until it is staged, any change takes sign-offs away that were given.</p>
    </ConfirmDialog>
  );
};
