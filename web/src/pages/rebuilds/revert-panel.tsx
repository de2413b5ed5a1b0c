import { useState } from 'preact/hooks';
import type { Standing, Standings } from '../../api/rows';
import { command } from '../../api/request';
import { useAnswer } from '../../api/use-answer';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { ConfirmDialog } from '../../parts/confirm-dialog';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Panel } from '../../parts/panel';

const freshness = afterCategory('rebuild', 2_000);

/** The way back to the generation that was live before, while it is warm. */
export const RevertPanel = () => {
  const [projection, setProjection] = useState<string | null>(null);
  const answer = useAnswer<Standings>('/v1/projections', freshness);
  const columns: readonly Column<Standing>[] = [
    { heading: 'Read model', cell: ({ name }) => name, isName: true },
    { heading: 'Live generation', cell: ({ generation }) => generation },
    {
      heading: 'Back',
      isNumeric: true,
      cell: ({ name }) => (
        <button
          type="button"
          class="button button--small"
          aria-label={`Revert ${name}`}
          onClick={() => {
            setProjection(name);
          }}
        >
          Revert…
        </button>
      ),
    },
  ];
  return (
    <Panel title="Live generations" note="each can go back to the one before while that is warm">
      <Answered answer={answer}>
        {({ projections }) => (
          <DataTable
            caption="Live generations"
            columns={columns}
            rows={projections}
            keyOf={({ name }) => name}
          />
        )}
      </Answered>
      {projection !== null && (
        <ConfirmDialog
          title={`Revert ${projection}`}
          name={projection}
          action="Revert"
          reason="required"
          onConfirm={async (reason) => {
            await command('revert-projection', { projection, reason });
            answer.refresh();
          }}
          onClose={() => {
            setProjection(null);
          }}
        >
          <p>Readers see the generation that was live before, at once and up to date.</p>
        </ConfirmDialog>
      )}
    </Panel>
  );
};
