import { useMemo } from 'preact/hooks';
import { count, plural } from '../../format/numbers';
import type { LedgerEvent } from '../../live/event';
import { afterStream } from '../../live/freshness';
import { link } from '../../routing/route';
import { useScope } from '../../time/use-at-moment';

interface Properties {
  readonly stream: string;
  /** The first of it, which are shown. */
  readonly events: readonly LedgerEvent[];
}

/** Says that a stream goes on behind what is shown of it, how long it is, and leads to the rest. */
export const CutNote = ({ stream, events }: Properties) => {
  const freshness = useMemo(() => afterStream(stream), [stream]);
  const scope = { streams: stream };
  const { data } = useScope<{ readonly total: number }>('/v1/events/counts', scope, freshness);
  const next = BigInt(events.at(-1)?.position ?? 0) + 1n;
  const whole = data === undefined ? '' : ` of ${plural(data.total, 'event')}`;
  return (
    <p class="muted">
      Only the first {count(events.length)}
      {whole} are shown here.{' '}
      <a href={link('events', null, { streams: stream, at: String(next) })}>See the rest</a>
    </p>
  );
};
