import type { Parameters } from '../../api/address';

interface Place {
  readonly page: string;
  readonly query: Parameters;
}

const open: Place = { page: 'alerts', query: { status: 'firing,acknowledged' } };

const places: Readonly<Record<string, Place>> = {
  'flow-alerts': open,
  'rag-alerts': open,
  'roi-alerts': open,
  'error-rate': { page: 'executions', query: { status: 'failed,timed_out' } },
  'style-queries': { page: 'events', query: { types: 'StyleMemoryQueried' } },
  'unpriced-calls': { page: 'roi', query: { group: 'model' } },
  prices: { page: 'roi', query: { group: 'model' } },
};

/** Where somebody sees more of a check that is not well; null where no page has it. */
export const placeOfCheck = (name: string): Place | null => {
  if (name.startsWith('projection:')) return { page: 'proof', query: {} };
  return places[name] ?? null;
};
