import { isOperator } from '../session/session';
import { link } from './route';

/** The pages that show a kind of stream, by the stream's category. */
const pages: Readonly<Record<string, string>> = {
  execution: 'executions',
  deployment: 'deployments',
  rollback: 'rollbacks',
  alert: 'alerts',
  rebuild: 'rebuilds',
};

/** To the page of what a stream is of; to its events where it has none, or not for this key. */
export const streamLink = (stream: string): string => {
  const [, category = '', id = ''] = /^([a-z]+)-(.+)$/.exec(stream) ?? [];
  const page = pages[category];
  return page === undefined || (page === 'rebuilds' && !isOperator())
    ? link('events', null, { streams: stream })
    : link(page, id);
};
