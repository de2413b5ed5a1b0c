import { useMemo } from 'preact/hooks';
import { useAnswer } from '../../api/use-answer';
import { afterStream } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Unknown } from '../../parts/unknown';
import { asOf } from '../../routing/route';
import { isOperator } from '../../session/session';
import { useRow } from '../../time/use-at-moment';
import { viewOfProgress, viewOfRow } from './rollback';
import type { RollbackProgress, RollbackRow, RollbackView } from './rollback';
import { RollbackActions } from './rollback-actions';
import { RollbackHead } from './rollback-head';
import { StepsPanel } from './steps-panel';
import { WhatIfPanel } from './what-if-panel';

/** Each step is a fact, so the tail of the ledger tells of each: nothing is polled. */
const soon = 100;

interface Properties {
  readonly rollbackId: string;
}

const Shown = ({ view, mayAct }: { readonly view: RollbackView; readonly mayAct: boolean }) => (
  <>
    <RollbackHead view={view} />
    {mayAct && <RollbackActions view={view} />}
    <StepsPanel view={view} />
    {view.whatIf !== null && <WhatIfPanel whatIf={view.whatIf} />}
  </>
);

const NotFound = ({ rollbackId }: Properties) => (
  <Unknown what="rollback" id={rollbackId} page="rollbacks" all="All rollbacks" />
);

const Now = ({ rollbackId }: Properties) => {
  const freshness = useMemo(() => afterStream(`rollback-${rollbackId}`, soon), [rollbackId]);
  const path = `/v1/rollbacks/${encodeURIComponent(rollbackId)}`;
  return (
    <Answered
      answer={useAnswer<RollbackProgress>(path, freshness)}
      lines={9}
      unknown={<NotFound rollbackId={rollbackId} />}
    >
      {(progress) => <Shown view={viewOfProgress(progress)} mayAct={isOperator()} />}
    </Answered>
  );
};

const Past = ({ rollbackId }: Properties) => (
  <Answered
    answer={useRow<RollbackRow>('rollbacks', rollbackId)}
    lines={9}
    unknown={<NotFound rollbackId={rollbackId} />}
  >
    {({ row }) => <Shown view={viewOfRow(row)} mayAct={false} />}
  </Answered>
);

/** One rollback: nine steps with their evidence, as they are taken. */
export const RollbackPage = ({ rollbackId }: Properties) =>
  asOf.value === null ? <Now rollbackId={rollbackId} /> : <Past rollbackId={rollbackId} />;
