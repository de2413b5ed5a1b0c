import type { Reference } from '../command';

/** There is one price book. */
export const thePricebook = (): Reference => ({ category: 'pricebook', id: 'main' });
