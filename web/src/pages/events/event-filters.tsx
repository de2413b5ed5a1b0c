import { useId, useRef, useState } from 'preact/hooks';
import { recent } from '../../live/recent';
import { asOf, route, setQuery } from '../../routing/route';
import { isPosition, momentOf } from '../../time/moment-text';
import { isBrowsing, noScope } from './event-scope';

const fields = ['from', 'until', 'streams', 'types', 'deployments'] as const;
type Field = (typeof fields)[number];

/** What each may be, where it is not just any text. */
const bounds = {
  from: 'From is a position such as 12000, or a time such as 2026-11-28 16:00',
  until: 'Up to is a time such as 2026-11-28 17:00',
} as const;
type Bound = keyof typeof bounds;

const labels: Readonly<Record<Field, string>> = {
  from: 'From a position or UTC time',
  until: 'Up to a UTC time',
  streams: 'Streams',
  types: 'Types',
  deployments: 'Deployments',
};

const examples: Readonly<Record<Field, string>> = {
  from: '12000, or 2026-11-28 16:00',
  until: '2026-11-28 17:00',
  streams: 'execution-a, deployment-b',
  types: 'ExecutionFailed, StageFailed',
  deployments: 'content-47',
};

/** Which events; several names are told apart by commas. */
export const EventFilters = () => {
  const form = useRef<HTMLFormElement>(null);
  const types = useId();
  const [wrong, setWrong] = useState<Bound | null>(null);
  const { query } = route.value;
  const given: Readonly<Record<Field, string | undefined>> = {
    streams: query['streams'],
    types: query['types'],
    deployments: query['deployments'],
    from: query['at'] ?? query['since'],
    until: query['until'],
  };
  const apply = (): void => {
    if (form.current === null) return;
    const data = new FormData(form.current);
    const text = (name: Field): string | null => {
      const value = data.get(name);
      return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
    };
    const from = momentOf(text('from') ?? '');
    const until = momentOf(text('until') ?? '');
    const isUnread: Readonly<Record<Bound, boolean>> = {
      from: from === undefined && text('from') !== null,
      until: (until === undefined || isPosition(until)) && text('until') !== null,
    };
    const unread = isUnread.from ? 'from' : isUnread.until ? 'until' : null;
    setWrong(unread);
    if (unread !== null) return;
    setQuery({
      ...noScope,
      streams: text('streams'),
      types: text('types'),
      deployments: text('deployments'),
      ...(from !== undefined && isPosition(from) ? { at: from } : { since: from }),
      until,
    });
  };
  return (
    <form
      ref={form}
      class="filters"
      aria-label="Which events"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      {fields.map((name) => (
        <label key={name} class="field">
          <span>{labels[name]}</span>
          <input
            name={name}
            defaultValue={given[name] ?? ''}
            placeholder={examples[name]}
            spellcheck={false}
            list={name === 'types' ? types : undefined}
            aria-invalid={name === wrong}
          />
        </label>
      ))}
      <datalist id={types}>
        {[...new Set(recent.value.map(({ type }) => type))].map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      <button type="submit" class="button button--primary">
        Show
      </button>
      {isBrowsing(query) && asOf.value === null && (
        <button
          type="button"
          class="button"
          onClick={() => {
            setQuery(noScope);
          }}
        >
          Follow live
        </button>
      )}
      {wrong !== null && (
        <p class="note note--bad" role="alert">
          {bounds[wrong]}
        </p>
      )}
    </form>
  );
};
