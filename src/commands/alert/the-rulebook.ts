import type { Reference } from '../command';

/** There is one book of alert rules. */
export const theRulebook = (): Reference => ({ category: 'rulebook', id: 'alerts' });
