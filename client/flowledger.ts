import { randomUUID } from 'node:crypto';
import { CallBatches } from './call-batches';
import type { RecordedCall } from './call-batches';
import type * as contract from './contract-types';
import { exchange, queryText } from './exchange';
import type { Exchange, Query } from './exchange';
import { unwatchLeaving, watchLeaving } from './leaving';
import { settingsOf } from './options';
import type { ClientOptions, Settings } from './options';
import { Patience } from './patience';
import { FlowledgerProblem } from './problem';

export interface RequestOptions {
  /** Ends the waiting. A command may be recorded all the same: its key tells. */
  readonly signal?: AbortSignal;
}

export interface CommandOptions extends RequestOptions {
  /** By default one of its own, the same for every attempt. */
  readonly idempotencyKey?: string;
  /** The stream version the command was decided on. */
  readonly ifMatch?: number;
  readonly correlationId?: string;
}

/** What `ReadParameters` of any path comes to. */
interface Parameters {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
}

/**
 * A client of one server, with one key. Every command has an idempotency key, so that it is tried
 * again without being doubled while the server is away or busy, and what is read afterwards includes
 * what was recorded through this client.
 */
export class Flowledger {
  private readonly settings: Settings;
  private readonly calls: CallBatches;
  private last: bigint | null = null;
  private closed = false;

  /** @throws TypeError naming the option that is wrong */
  constructor(options: ClientOptions) {
    this.settings = settingsOf(options);
    this.calls = new CallBatches(this.settings, (position) => this.note(position));
  }

  /** The last position recorded through this client, or null. */
  get position(): string | null {
    return this.last === null ? null : String(this.last);
  }

  /**
   * Issues one command.
   *
   * @throws FlowledgerProblem for a refusal, FlowledgerUnreachable when patience is at its end
   */
  async command<Name extends contract.CommandName>(
    name: Name,
    fields: contract.Fields<Name>,
    { idempotencyKey = randomUUID(), ifMatch, correlationId, signal }: CommandOptions = {},
  ): Promise<contract.Accepted> {
    const accepted = await this.patiently<contract.Accepted>({
      path: `/v1/commands/${name}`,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
        ...(correlationId === undefined ? {} : { 'x-correlation-id': correlationId }),
      },
      body: JSON.stringify(fields),
      ...(signal === undefined ? {} : { signal }),
    });
    this.note(accepted.position);
    return accepted;
  }

  /**
   * Records a model call together with others. Resolves when it is durable; rejects with what was
   * wrong with this one. Whoever does not wait for each waits for `room()` in between.
   *
   * @throws CallQueueFull, FlowledgerProblem, FlowledgerUnreachable
   */
  async recordCall(
    fields: contract.Fields<'record-llm-call'>,
    { idempotencyKey = randomUUID() }: Pick<CommandOptions, 'idempotencyKey'> = {},
  ): Promise<RecordedCall> {
    if (this.closed) throw new Error('this client is closed: no call can be recorded any more');
    watchLeaving(this.calls);
    return this.calls.add(fields, idempotencyKey);
  }

  /** Resolves when another call can be taken in: the back-pressure of `recordCall`. */
  room(): Promise<void> {
    return this.calls.room();
  }

  /** Sends the calls that wait, and resolves when each that was outstanding has its outcome. */
  flush(): Promise<void> {
    return this.calls.flush();
  }

  /** Flushes and takes no more calls. */
  async close(): Promise<void> {
    this.closed = true;
    await this.calls.flush();
    unwatchLeaving(this.calls);
  }

  /** A page of a read model, which includes whatever was recorded through this client. */
  rows<Name extends contract.ProjectionName>(
    name: Name,
    query: contract.RowsQuery<Name> = {},
    options: RequestOptions = {},
  ): Promise<contract.Rows<Name>> {
    return this.read(`/v1/projections/${name}`, this.since(query), options);
  }

  /** One row of a read model; null where there is none. A key of several columns has commas. */
  async row<Name extends contract.ProjectionName>(
    name: Name,
    key: string,
    moment: contract.Moment = {},
    options: RequestOptions = {},
  ): Promise<contract.Row<Name> | null> {
    const path = `/v1/projections/${name}/${encodeURIComponent(key)}`;
    try {
      const answer = await this.read<{ row: contract.Row<Name> }>(
        path,
        this.since(moment),
        options,
      );
      return answer.row;
    } catch (error) {
      if (error instanceof FlowledgerProblem && error.code === 'row-unknown') return null;
      throw error;
    }
  }

  /** Asks the style memory. The question is recorded once, however often it is tried. */
  async queryStyle(
    query: contract.StyleQuery,
    { signal }: RequestOptions = {},
  ): Promise<contract.StyleAnswer> {
    const answer = await this.patiently<contract.StyleAnswer>({
      path: '/v1/style-memory/query',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify(this.since(query)),
      ...(signal === undefined ? {} : { signal }),
    });
    this.note(answer.position);
    return answer;
  }

  /** Whatever else the contract offers to be read. */
  get<Path extends contract.ReadablePath>(
    path: Path,
    parameters: contract.ReadParameters<Path>,
    options: RequestOptions = {},
  ): Promise<contract.Answer<Path>> {
    const { path: places = {}, query = {} } = parameters as Parameters;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(places[name] ?? ''),
    );
    return this.read(filled, query, options);
  }

  private read<T>(path: string, query: Query, { signal }: RequestOptions): Promise<T> {
    return this.patiently({
      path: `${path}${queryText(query)}`,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** A query that waits for this client's own writes, unless it says what it waits for. */
  private since<Asked extends contract.Moment>(query: Asked): Asked {
    const settled = query.minPosition !== undefined || query.asOf !== undefined;
    return settled || this.position === null ? query : { ...query, minPosition: this.position };
  }

  private async patiently<T>(request: Exchange): Promise<T> {
    const patience = new Patience(this.settings.patienceMilliseconds);
    for (;;) {
      try {
        return await exchange(this.settings, request, (answer) => answer.json() as Promise<T>);
      } catch (error) {
        await patience.outlast(error, request.signal);
      }
    }
  }

  private note(position: string): void {
    const here = BigInt(position);
    if (this.last === null || here > this.last) this.last = here;
  }
}
