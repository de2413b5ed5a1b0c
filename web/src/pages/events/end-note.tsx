import { inUtc } from '../../format/times';
import { At } from '../../parts/at';
import { link, route } from '../../routing/route';

/** Says where the events end that are asked for: by when they were recorded, while figures go by when they happened. */
export const EndNote = ({ until }: { readonly until: string }) => (
  <p class="muted">
    Recorded before <At at={inUtc(until)} />. What happened by then may have been recorded later:{' '}
    <a href={link('events', null, { ...route.value.query, until: null })}>
      show what came after, too
    </a>
    .
  </p>
);
