import { clock, exactUtc, utc } from '../format/times';

interface Properties {
  readonly at: string;
  /** Where a heading says the zone. */
  readonly isZoned?: boolean;
}

/** A time of UTC, exact when pointed at. */
export const At = ({ at, isZoned = false }: Properties) => (
  <time dateTime={at} title={exactUtc(at)}>
    {isZoned ? clock(at) : utc(at)}
  </time>
);
