import { Injectable } from '@nestjs/common';
import type { RollbackStep } from '../../events/rollback.events';
import { Meter } from '../proof/meter';
import type { VerifyQuery } from '../proof/proof.schemas';
import { ProofService } from '../proof/proof.service';
import { Generations } from '../projector/generations';
import { ReadModelRestoring } from './read-model-restoring';
import type { Rollback } from './recorded-rollbacks';
import { StepFailure } from './rollback-step';
import type { StepOutcome, TakeStep } from './rollback-step';

type ActingStep = Exclude<
  RollbackStep,
  'verify-state' | 'check-target' | 'verify-dependencies' | 'verify-health'
>;

/** A longer ledger is proven without its read models: folding all of them takes longer than a rollback may. */
const foldedAtMost = 10_000n;

const openSql = `
select count(*)::float8 as open from read.execution_status
where deployment_id = $1 and ended_at is null`;

/**
 * The steps that do something. Work is stopped, switched and the state recorded by the fact of the
 * step itself, which the flow and the deployments get in the same commit.
 */
@Injectable()
export class ActingSteps implements Readonly<Record<ActingStep, TakeStep>> {
  constructor(
    private readonly generations: Generations,
    private readonly restoring: ReadModelRestoring,
    private readonly proof: ProofService,
  ) {}

  readonly 'stop-work': TakeStep = async ({ started: { deploymentId, mode } }) => {
    const [row] = await this.generations.ask<{ open: number }>(openSql, [deploymentId]);
    const open = row?.open ?? 0;
    return {
      evidence: `no execution begins under ${deploymentId} from here on; open of it: ${open}, ${mode === 'data' ? 'about to be void' : 'to be gone on with'}`,
      details: { open },
    };
  };

  readonly switch: TakeStep = ({ started: { flow, to, deploymentId, mode } }) => {
    const voided = mode === 'data' ? `; what was recorded under ${deploymentId} is void` : '';
    const evidence = `${to} is live for ${flow}, in the place of ${deploymentId}${voided}`;
    return Promise.resolve({ evidence });
  };

  readonly 'restore-read-models': TakeStep = (rollback, signal) =>
    this.restoring.take(rollback, signal);

  readonly 'record-state': TakeStep = ({ started: { deploymentId, to } }) =>
    Promise.resolve({ evidence: `${deploymentId} is rolled back to ${to}` });

  readonly prove: TakeStep = (rollback, signal) => this.proving(rollback, signal, []);

  /** The proof of what is live, and of some generations besides. */
  async proving(
    { events, parkUnreadable }: Rollback,
    signal: AbortSignal,
    generations: readonly string[],
  ): Promise<StepOutcome> {
    const [started] = events;
    const end = await this.generations.end();
    const isWhole = end <= foldedAtMost;
    const query: VerifyQuery = isWhole
      ? { skip: ['kafka'] }
      : { since: started?.position ?? 0n, skip: ['projections', 'kafka'] };
    const proof = await this.proof.prove(query, new Meter(), signal, generations);
    const { ledger, projections } = proof;
    const faults = [
      ...ledger.faults.map(({ detail }) => `ledger: ${detail}`),
      ...projections.flatMap((one) =>
        one.faults
          .filter(({ kind }) => !(parkUnreadable && kind === 'parked'))
          .map(
            ({ detail }) =>
              `${generations.includes(one.generation) ? one.generation : one.projection}: ${detail}`,
          ),
      ),
    ];
    if (faults.length > 0) throw new StepFailure('the proof does not hold', [], faults);
    const besides = generations.length === 0 ? '' : `, ${generations.length} of them what-ifs`;
    const models = isWhole
      ? `; ${projections.length} read models are what the events make them${besides}`
      : '';
    return {
      evidence: `the ledger is whole up to ${ledger.position}, by hash ${ledger.hash.slice(0, 12)}${models}`,
      details: {
        position: ledger.position,
        ledgerHash: ledger.hash,
        after: ledger.after,
        readModels: projections.map(({ projection, position, rows, contentHash }) => ({
          projection,
          position,
          rows,
          contentHash,
        })),
      },
    };
  }
}
