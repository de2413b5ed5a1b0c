import type { ApiClient } from '../cli/api-client';
import { count, counted } from '../cli/amounts';
import { table } from '../cli/table';
import { countsAnswerSchema } from '../reading/event.schemas';
import type { EventCounts } from '../reading/event.schemas';
import { queryOf } from './scope-flags';
import type { Scope } from './scope-flags';

/** How much there is of a scope, as of now. */
export const countsOf = (client: ApiClient, scope: Scope): Promise<EventCounts> =>
  client.get('/v1/events/counts', queryOf(scope), countsAnswerSchema);

const columns = [{ title: 'type' }, { title: 'events', align: 'right' }] as const;

/** The counts for a person. */
export const countsText = ({ fromPosition, toPosition, total, types }: EventCounts): string => {
  if (total === 0) return 'no events\n';
  const rows = Object.entries(types).map(([type, events]) => [type, count(events)]);
  const where = `at positions ${count(BigInt(fromPosition))} to ${count(BigInt(toPosition))}`;
  return `${counted(total, 'event')} ${where}\n${table(columns, rows)}`;
};
