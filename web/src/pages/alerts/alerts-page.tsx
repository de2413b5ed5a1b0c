import type { Schema } from '../../api/contract';
import { useAnswer } from '../../api/use-answer';
import { afterCategory } from '../../live/freshness';
import { asOf, route } from '../../routing/route';
import { AlertFilters } from './alert-filters';
import { AlertPage } from './alert-page';
import { AlertsList } from './alerts-list';
import { RulesPanel } from './rules-panel';

const freshness = afterCategory('rulebook');

const AllAlerts = () => {
  const rules = useAnswer<Schema<'AlertRules'>>('/v1/alert-rules', freshness);
  return (
    <>
      <AlertFilters rules={rules.data?.rules.map(({ rule }) => rule) ?? []} />
      <AlertsList />
      {asOf.value === null && <RulesPanel rules={rules} />}
    </>
  );
};

/** What fired, also in the past, and the rules by which it does; or one alert. */
export const AlertsPage = () => {
  const { id } = route.value;
  return id === null ? <AllAlerts /> : <AlertPage key={id} alert={id} />;
};
