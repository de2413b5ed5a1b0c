import { count } from '../../format/numbers';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import type { WhatIf } from './rollback';
import { TotalsLine } from './totals-line';

const columns: readonly Column<WhatIf>[] = [
  { heading: 'Read model', cell: ({ projection }) => projection, isName: true },
  { heading: 'How', cell: ({ how }) => <Status name={how} /> },
  { heading: 'Rows now', cell: ({ rows }) => count(rows.before), isNumeric: true },
  { heading: 'Then', cell: ({ rows }) => count(rows.after), isNumeric: true },
  { heading: 'Changed', cell: ({ changed }) => count(changed), isNumeric: true },
  { heading: 'Sums', cell: ({ totals }) => <TotalsLine totals={totals} />, isMinor: true },
];

/** What a rehearsal found: read models as they would be, beside the live ones. */
export const WhatIfPanel = ({ whatIf }: { readonly whatIf: readonly WhatIf[] }) => (
  <Panel title="What would be" note="built or warm, compared with what is live at one position">
    {whatIf.length === 0 ? (
      <Empty>Every read model would stay the one it is.</Empty>
    ) : (
      <DataTable
        caption="What would be"
        columns={columns}
        rows={whatIf}
        keyOf={({ projection }) => projection}
      />
    )}
  </Panel>
);
