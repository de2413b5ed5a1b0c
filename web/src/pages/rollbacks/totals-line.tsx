import type { Total } from './rollback';

/** Sums before and after; nothing where none changes. */
export const TotalsLine = ({ totals }: { readonly totals: readonly Total[] }) => (
  <ul class="totals">
    {totals.map(({ column, before, after }) => (
      <li key={column}>
        <span>{column}</span> {before} → {after}
      </li>
    ))}
  </ul>
);
