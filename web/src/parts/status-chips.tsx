import { spoken } from '../format/names';
import { route, setQuery } from '../routing/route';

/** Any number of statuses to choose from, kept in the page's address. */
export const StatusChips = ({ statuses }: { readonly statuses: readonly string[] }) => {
  const { status = '' } = route.value.query;
  const chosen = new Set(status === '' ? [] : status.split(','));
  const toggled = (name: string): string | null => {
    const names = statuses.filter((one) => (one === name) !== chosen.has(one));
    return names.length === 0 ? null : names.join(',');
  };
  return (
    <div class="chips" role="group" aria-label="Statuses">
      {statuses.map((name) => (
        <button
          key={name}
          type="button"
          class="chip"
          aria-pressed={chosen.has(name)}
          onClick={() => {
            setQuery({ status: toggled(name) });
          }}
        >
          {spoken(name)}
        </button>
      ))}
    </div>
  );
};
