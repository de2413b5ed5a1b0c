import { duration } from '../../format/durations';
import { count, none, nounOf, plural } from '../../format/numbers';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Figure } from '../../parts/figure';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { spokenType } from '../events/spoken-type';
import { namedDeployment } from './rollback';
import type { Total } from './rollback';
import { TotalsLine } from './totals-line';

interface PlannedStep {
  readonly number: number;
  readonly step: string;
  readonly purpose: string;
  readonly budgetSeconds: number;
}

interface Return {
  readonly projection: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly how: string;
}

interface VoidModel {
  readonly projection: string;
  readonly rowsGone?: number;
  readonly rowsChanged?: number;
  readonly eventsNotCounted?: number;
  /** Null where there is too much to fold for a plan. */
  readonly totals: readonly Total[] | null;
}

interface Voids {
  readonly events: Readonly<Record<string, number>>;
  readonly streams: Readonly<Record<string, number>>;
  readonly projections: readonly VoidModel[];
}

/** The `plan` of a dry run of `start-rollback`. */
export interface Plan {
  readonly deploymentId: string;
  readonly to: string;
  readonly mode: string;
  readonly steps: readonly PlannedStep[];
  readonly events: Readonly<Record<string, number>>;
  /** Of mode data alone. */
  readonly voids: Voids | null;
  readonly readModels: readonly Return[];
  readonly estimatedSeconds: number;
  readonly blockers: readonly string[];
}

const stepColumns: readonly Column<PlannedStep>[] = [
  {
    heading: 'Step',
    isName: true,
    cell: ({ number, step }) => `${count(number)} ${step.replace(/-/g, ' ')}`,
  },
  { heading: 'Then', cell: ({ purpose }) => purpose },
  { heading: 'Budget', cell: (step) => duration(step.budgetSeconds * 1_000), isNumeric: true },
];

const returnColumns: readonly Column<Return>[] = [
  { heading: 'Read model', cell: ({ projection }) => projection, isName: true },
  { heading: 'How', cell: ({ how }) => <Status name={how} /> },
  { heading: 'From', cell: ({ from }) => from ?? none, isMinor: true },
  { heading: 'To', cell: ({ to }) => to ?? none, isMinor: true },
];

const fateOf = ({ rowsGone, rowsChanged, eventsNotCounted, totals }: VoidModel): string => {
  if (eventsNotCounted === undefined) {
    return `${plural(rowsGone ?? 0, 'row')} gone, ${count(rowsChanged ?? 0)} changed`;
  }
  // Many an event is of a type that it sums up, and adds nothing to it.
  if (totals?.length === 0) return 'its sums stay as they are';
  return `${plural(eventsNotCounted, 'event')} no longer counted`;
};

const voidColumns: readonly Column<VoidModel>[] = [
  { heading: 'Read model', cell: ({ projection }) => projection, isName: true },
  { heading: 'Then', cell: fateOf },
  { heading: 'Sums', cell: ({ totals }) => <TotalsLine totals={totals ?? []} /> },
];

const VoidPreview = ({ voids }: { readonly voids: Voids }) => (
  <>
    <DataTable
      caption="What would be void"
      columns={voidColumns}
      rows={voids.projections}
      keyOf={({ projection }) => projection}
    />
    <p class="muted">
      Void as a whole:{' '}
      {Object.entries(voids.streams)
        .map(([kind, number]) => `${count(number)} ${kind}`)
        .join(', ') || 'nothing'}
      .
      {voids.projections.some(({ totals }) => totals === null) &&
        ' Too much was recorded to say here what sums would be: a rehearsal tells.'}
    </p>
  </>
);

const Events = ({ plan }: { readonly plan: Plan }) => {
  const types = Object.entries(plan.events);
  if (types.length === 0) return <Empty>Nothing was recorded under it.</Empty>;
  return (
    <ul class="type-counts">
      {types.map(([type, number]) => (
        <li key={type}>
          <a href={link('events', null, { types: type, deployments: plan.deploymentId })}>
            {spokenType(type)}
          </a>
          <span>{count(number)}</span>
        </li>
      ))}
    </ul>
  );
};

const isChanging = ({ how }: Return): boolean => how !== 'unchanged';

const Returns = ({ readModels }: { readonly readModels: readonly Return[] }) => {
  const changing = readModels.filter(isChanging);
  if (changing.length === 0) return <Empty>Every read model stays the one it is.</Empty>;
  return (
    <>
      <DataTable
        caption="What becomes of read models"
        columns={returnColumns}
        rows={changing}
        keyOf={({ projection }) => projection}
      />
      <p class="muted">
        {plural(readModels.length - changing.length, 'stays as it is', 'stay as they are')}.
      </p>
    </>
  );
};

/** What a rollback would do, before anything is recorded. */
export const RollbackPlan = ({ plan }: { readonly plan: Plan }) => {
  const { steps, readModels, events, blockers } = plan;
  const total = Object.values(events).reduce((sum, number) => sum + number, 0);
  const changing = readModels.filter(isChanging);
  return (
    <div class="rollback-plan" role="region" aria-label="Plan of the rollback">
      {blockers.length > 0 && (
        <div class="note note--bad" role="alert">
          <p>As it stands, it would not go through:</p>
          <ul class="sentences">
            {blockers.map((blocker) => (
              <li key={blocker}>{blocker}</li>
            ))}
          </ul>
        </div>
      )}
      <div class="figures">
        <Figure label="Goes back to" value={namedDeployment(plan.to)} note={`mode ${plan.mode}`} />
        <Figure
          label="Estimated"
          value={duration(plan.estimatedSeconds * 1_000)}
          note={plural(steps.length, 'step')}
        />
        <Figure
          label="Read models that change"
          value={count(changing.length)}
          unit={`of ${count(readModels.length)}`}
        />
        <Figure
          label="Recorded under it"
          value={count(total)}
          unit={nounOf(total, 'event')}
          note={
            plan.mode === 'data'
              ? 'would be voided'
              : nounOf(total, 'it stays as it is', 'they stay as they are')
          }
          href={link('events', null, { deployments: plan.deploymentId })}
        />
      </div>
      <div class="grid grid--start">
        <DataTable
          caption="What each step would do"
          columns={stepColumns}
          rows={steps}
          keyOf={({ step }) => step}
        />
        <div class="stack">
          <Returns readModels={readModels} />
          {plan.voids !== null && <VoidPreview voids={plan.voids} />}
          <Events plan={plan} />
        </div>
      </div>
    </div>
  );
};
