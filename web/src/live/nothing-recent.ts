import { isRecentKnown } from './recent';
import { connection } from './tail';

/** Why there is no last event to show. */
export const nothingRecent = (): string => {
  if (isRecentKnown.value) return 'Nothing has been recorded yet.';
  return connection.value.state === 'waiting'
    ? 'Not connected: the last events are shown once it is.'
    : 'Looking for the last events.';
};
