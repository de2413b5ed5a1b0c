import { escapeLiteral } from 'pg';
import { repricingType, voidableCategories } from '../../../events/voiding';
import type { Voidings } from '../../../events/voiding';

/*
 * What `Voidings` says of an event, for the database: it counts events that nobody reads. Deployments
 * and positions are written into the statement, so that one without any void work does not ask for them.
 */

const isVoidable = voidableCategories
  .map((category) => `starts_with(e.stream, ${escapeLiteral(`${category}-`)})`)
  .join(' or ');

/** Whether an event `e` is void by itself. */
export const coveredSql = ({ bounds }: Voidings): string => {
  const each = [...bounds].map(
    ([deployment, through]) =>
      `e.deployment_id = ${escapeLiteral(deployment)} and e.position <= ${through}`,
  );
  return each.length === 0 ? 'false' : `((${each.join(' or ')}) and (${isVoidable}))`;
};

/** The streams that began void, as `stream`. */
export const begunVoidSql = (voidings: Voidings): string =>
  `select e.stream from ledger.events e where e.version = 1 and ${coveredSql(voidings)}`;

/** Whether an event `e` is void, where `begun` are the streams that began so. */
export const isVoidSql = (voidings: Voidings): string =>
  voidings.any
    ? `(${coveredSql(voidings)} and e.type <> ${escapeLiteral(repricingType)} or exists (select from begun b where b.stream = e.stream))`
    : 'false';
