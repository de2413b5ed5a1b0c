import type { EventMetadata } from './event-metadata';
import type { RecordedEvent } from './index';
import { executionEventSchemas } from './execution.events';
import { articleEventSchemas, styleUsageEventSchemas } from './style.events';

/**
 * The kinds of streams that are the pipeline's work. What a deployment recorded in them can be void;
 * whatever says how the pipeline is run (deployments, rollbacks, prices, rebuilds) never is.
 */
export const voidableCategories: readonly string[] = ['execution', 'article', 'style-query'];

const voidableTypes: ReadonlySet<string> = new Set(
  [executionEventSchemas, articleEventSchemas, styleUsageEventSchemas].flatMap((schemas) =>
    Object.keys(schemas),
  ),
);

/**
 * What is worked out from all that its stream holds at the time, and added up. Where it was void then, the same was
 * worked out once more.
 */
export const workedOutTypes: readonly string[] = [
  'BenefitEarned',
  'StyleOutcomeRecorded',
  ...Object.keys(articleEventSchemas),
];

/** The facts that say so: each begins an epoch, named by its position. */
export const voidingTypes: ReadonlySet<string> = new Set([
  'DeploymentVoided',
  'DeploymentReinstated',
]);

export const isVoidableStream = (stream: string): boolean =>
  voidableCategories.some((category) => stream.startsWith(`${category}-`));

export const isVoidableType = (type: string): boolean => voidableTypes.has(type);

/** The last that was said of a deployment's work, by position. */
export interface VoidingFact {
  readonly position: bigint;
  readonly deploymentId: string;
  readonly isVoided: boolean;
}

type Work = Pick<EventMetadata, 'stream' | 'position' | 'deploymentId'>;

/** An event as far as it matters to whether it is void. */
export interface Met extends Work, Pick<EventMetadata, 'version'> {
  readonly type: string;
}

export type IsVoid = (event: Met) => boolean;

/**
 * Recorded by whoever keeps the prices, whichever deployment is live then: it is no deployment's work. What it
 * says of a call is void with that call.
 */
export const repricingType = 'CallsRepriced';

const nowhere: ReadonlySet<string> = new Set();

/** No position is behind it. */
const always = 2n ** 63n - 1n;

/**
 * What is void in an epoch. An event of the pipeline's work is void
 *
 *   - that was recorded under a voided deployment, before the fact that voided it, and is no repricing;
 *   - whose stream began with such an event, whenever it comes.
 */
export class Voidings {
  /** The position of the last fact that counts; 0 before the first. */
  readonly epoch: bigint;
  private readonly through = new Map<string, bigint>();

  /**
   * @param facts in order of position; those behind `atMost` do not count.
   * @param without a deployment all of whose work is taken to be void, which nobody has said.
   */
  constructor(
    facts: readonly VoidingFact[],
    atMost: bigint | null = null,
    readonly without: string | null = null,
  ) {
    const known = facts.filter(({ position }) => atMost === null || position <= atMost);
    for (const { deploymentId, position, isVoided } of known) {
      if (isVoided) this.through.set(deploymentId, position);
      else this.through.delete(deploymentId);
    }
    if (without !== null) this.through.set(without, always);
    this.epoch = known.at(-1)?.position ?? 0n;
  }

  /** Whether any work is void: where none is, nothing has to be looked up. */
  get any(): boolean {
    return this.through.size > 0;
  }

  /** By deployment, the position up to which its work is void. */
  get bounds(): ReadonlyMap<string, bigint> {
    return this.through;
  }

  /** Whether an event is void by itself; one that is first makes its whole stream so. */
  covers({ stream, position, deploymentId }: Work): boolean {
    const through = this.through.get(deploymentId);
    return through !== undefined && position <= through && isVoidableStream(stream);
  }

  /** @param begunVoid the streams whose first event `covers` says is void. */
  isVoid(
    event: Work & Partial<Pick<Met, 'type'>>,
    begunVoid: ReadonlySet<string> = nowhere,
  ): boolean {
    if (!this.any) return false;
    if (begunVoid.has(event.stream)) return true;
    return event.type !== repricingType && this.covers(event);
  }
}

export const nothingVoid = new Voidings([]);

/** Tells which events are void to whoever meets all of a ledger, in order. */
export class VoidInOrder {
  private readonly begunVoid = new Set<string>();

  constructor(private readonly voidings: Voidings) {}

  isVoid(event: Work & Pick<Met, 'version'> & Partial<Pick<Met, 'type'>>): boolean {
    const isVoid = this.voidings.isVoid(event, this.begunVoid);
    if (isVoid && event.version === 1) this.begunVoid.add(event.stream);
    return isVoid;
  }
}

/**
 * An event that counts, without what it says of calls that do not. Of a call no more is known than its deployment,
 * and that it was recorded before it was repriced: none that is void is repriced once it is.
 */
export const withoutVoid = (event: RecordedEvent, isVoid: IsVoid): RecordedEvent => {
  if (event.type !== repricingType) return event;
  const { type, data, ...metadata } = plainly(event);
  const { stream, position, version } = metadata;
  const calls = data.calls.filter(
    ({ deploymentId }) =>
      !isVoid({ stream, position, version, deploymentId, type: 'LlmCallRecorded' }),
  );
  return calls.length === data.calls.length
    ? event
    : { ...metadata, type, data: { calls, repricing: data.repricing } };
};

/** By its fields: some events make theirs when they are asked for, and a spread finds none of those. */
const plainly = (event: RecordedEvent<'CallsRepriced'>): RecordedEvent<'CallsRepriced'> => {
  const { type, data, position, stream, version, eventId, deploymentId } = event;
  const { correlationId, causationId, actor, occurredAt, recordedAt } = event;
  return {
    type,
    data,
    position,
    stream,
    version,
    eventId,
    deploymentId,
    correlationId,
    causationId,
    actor,
    occurredAt,
    recordedAt,
  };
};
