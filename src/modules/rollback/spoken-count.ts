import type { Counted } from './unreadable-events';

/** Events of one type and version in words. */
export const spokenCount = ({ type, version, count }: Counted): string =>
  `${String(count)} ${count === 1 ? 'event' : 'events'} ${type} v${String(version)}`;
