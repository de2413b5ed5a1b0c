import { once } from 'node:events';
import { connect } from './clients';
import { pause } from '../pacing/pause';

const retryMilliseconds = 250;

/**
 * Calls `heard` whenever PostgreSQL notifies `channel`, and once after each (re)connection, because
 * what was said while away is not repeated. Returns the function that stops it.
 */
export const listen = (url: string, channel: string, heard: () => void): (() => Promise<void>) => {
  const stopped = new AbortController();

  const attend = async (): Promise<void> => {
    const client = await connect(url);
    try {
      client.on('notification', heard);
      await client.query(`listen ${channel}`);
      heard();
      await once(client, 'end', { signal: stopped.signal });
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const keepOn = async (): Promise<void> => {
    do {
      await attend().catch(() => undefined); // the connection broke, or it was told to stop
      await pause(retryMilliseconds, stopped.signal);
    } while (!stopped.signal.aborted);
  };

  const over = keepOn();
  return async () => {
    stopped.abort();
    await over;
  };
};
