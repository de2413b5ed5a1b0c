import type { AnswerTo } from '../../api/contract';
import type { StyleUsageRow } from '../../api/rows';
import { useAnswer } from '../../api/use-answer';
import { duration } from '../../format/durations';
import { count, none, percent } from '../../format/numbers';
import { firstOf } from '../../format/times';
import { after, afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Figure } from '../../parts/figure';
import { asOf, link } from '../../routing/route';
import { momentTime } from '../../time/moment';
import { useRows } from '../../time/use-at-moment';
import { daysBefore } from '../../time/days';

type Stats = AnswerTo<'/v1/style-memory/stats'>;

const days = 30;
const slowMilliseconds = 500;
const queries = after(['StyleMemoryQueried']);
const articles = afterCategory('article', 2_000);

const Holdings = () => (
  <Answered answer={useAnswer<Stats>('/v1/style-memory/stats', articles)} lines={2}>
    {({ articles: held, paragraphs, semantic }) => (
      <div class="figures">
        <Figure
          label="Articles"
          value={count(held)}
          href={link('events', null, { types: 'ArticleIndexed,ArticleRevised,ArticleRemoved' })}
        />
        <Figure
          label="Paragraphs"
          value={count(paragraphs)}
          note={paragraphs === 0 ? 'index-article fills the memory' : 'of over 50 characters'}
        />
        <Figure
          label="Indexed by meaning"
          value={percent(semantic.indexed, semantic.indexed + semantic.pending)}
          note={
            semantic.available
              ? `${count(semantic.pending)} pending · ${semantic.model}`
              : `${semantic.model} is away: words alone decide`
          }
          tone={semantic.available ? 'plain' : 'warn'}
        />
      </div>
    )}
  </Answered>
);

/** What it holds now, and how it was asked in the last thirty days. */
export const StyleFigures = () => {
  const to = momentTime.value?.slice(0, 10);
  const from = to === undefined ? null : daysBefore(to, days - 1);
  const parameters = from === null ? null : { groupBy: 'deployment', from };
  const usage = useRows<StyleUsageRow>('style-usage', parameters, queries);
  return (
    <section aria-label="Figures" class="stack">
      {asOf.value === null && <Holdings />}
      <Answered answer={usage} lines={2}>
        {({ rows }) => <Usage rows={rows} from={from ?? ''} />}
      </Answered>
    </section>
  );
};

interface UsageProperties {
  readonly rows: readonly StyleUsageRow[];
  /** The first of the days. */
  readonly from: string;
}

const Usage = ({ rows, from }: UsageProperties) => {
  const sum = (name: 'queries' | 'hits' | 'emptyQueries' | 'nearMissQueries' | 'degradedQueries') =>
    rows.reduce((total, row) => total + Number(row[name]), 0);
  const slowest = Math.max(...rows.map(({ latencyMs }) => latencyMs.p95 ?? 0));
  const asked = sum('queries');
  const facts = link('events', null, { types: 'StyleMemoryQueried', since: firstOf(from) });
  return (
    <div class="figures">
      <Figure label={`Queries, ${String(days)} days`} value={count(asked)} href={facts} />
      <Figure label="With a result" value={percent(sum('hits'), asked)} href={facts} />
      <Figure
        label="Empty"
        value={percent(sum('emptyQueries'), asked)}
        note={`${count(sum('nearMissQueries'))} of them with near misses`}
        href={facts}
      />
      <Figure label="By words alone" value={percent(sum('degradedQueries'), asked)} href={facts} />
      <Figure
        label="p95 latency"
        value={asked === 0 ? none : duration(slowest)}
        note={`${rows.length > 1 ? 'of the slowest deployment; ' : ''}500 ms at most is the aim`}
        href={facts}
        tone={slowest > slowMilliseconds ? 'bad' : 'plain'}
      />
    </div>
  );
};
