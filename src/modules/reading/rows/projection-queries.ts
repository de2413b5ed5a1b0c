import { Query, QueryHandler } from '@nestjs/cqrs';
import type { IQueryHandler } from '@nestjs/cqrs';
import { Problem } from '../../http/problem';
import { Standings } from '../../projector/standing';
import type { Standing } from '../../projector/standing';
import { RelayStatus } from '../../relay/relay-status';
import type { RelayStanding } from '../../relay/relay-status';
import { cursorOf } from '../cursor';
import type { ProjectionsAnswer } from '../projection.schemas';
import { pageDefault } from '../query-fields';
import { readingFault } from '../reading-database';
import { answerOf } from './live-generation';
import type { GenerationAnswer } from './live-generation';
import { presentedRow } from './presented-row';
import { ReadModels } from './read-models';
import { shownColumns } from './row-columns';
import { keyOf } from './row-key';
import { RowReader } from './row-reader';
import type { RowsRequest } from './row-request';

export interface RowsAnswer extends GenerationAnswer {
  readonly rows: readonly Record<string, unknown>[];
  readonly next: string | null;
}

export interface RowAnswer extends GenerationAnswer {
  readonly row: Record<string, unknown>;
}

/** A page of the rows of a read model. */
export class ProjectionRows extends Query<RowsAnswer> {
  constructor(readonly request: RowsRequest) {
    super();
  }
}

/** One row of a read model, by its key. */
export class ProjectionRow extends Query<RowAnswer> {
  constructor(
    readonly name: string,
    readonly key: string,
    readonly moment: Pick<RowsRequest, 'minPosition' | 'asOf'>,
  ) {
    super();
  }
}

/** Every read model, and how it stands to the ledger. */
export class ProjectionList extends Query<ProjectionsAnswer> {}

@QueryHandler(ProjectionRows)
export class ProjectionRowsHandler implements IQueryHandler<ProjectionRows> {
  constructor(private readonly reader: RowReader) {}

  async execute({ request }: ProjectionRows): Promise<RowsAnswer> {
    const { projection, identity, limit } = request;
    const { generation, rows, next } = await this.reader.page(request, limit ?? pageDefault);
    return {
      ...answerOf(projection, generation),
      rows: rows.map((row) => presentedRow(projection, row)),
      next: next && cursorOf(identity, next),
    };
  }
}

@QueryHandler(ProjectionRow)
export class ProjectionRowHandler implements IQueryHandler<ProjectionRow> {
  constructor(
    private readonly models: ReadModels,
    private readonly reader: RowReader,
  ) {}

  /** @throws Problem 404 where there is no such row. */
  async execute({ name, key, moment }: ProjectionRow): Promise<RowAnswer> {
    const projection = this.models.named(name);
    const values = keyOf(projection, key);
    const { generation, row } = await this.reader.row(projection, values, moment);
    if (row === undefined) {
      const at = `at position ${generation.position}`;
      throw new Problem(404, 'row-unknown', `${name} has no row ${key} ${at}`);
    }
    return { ...answerOf(projection, generation), row: presentedRow(projection, row) };
  }
}

@QueryHandler(ProjectionList)
export class ProjectionListHandler implements IQueryHandler<ProjectionList> {
  constructor(
    private readonly models: ReadModels,
    private readonly standings: Standings,
    private readonly relay: RelayStatus,
  ) {}

  async execute(): Promise<ProjectionsAnswer> {
    const looks = Promise.all([this.standings.all(), this.relay.read()]);
    const [standings, relay] = await looks.catch((error: unknown) => {
      throw readingFault(error);
    });
    const live = new Map(standings.map((standing) => [standing.projection, standing]));
    return {
      relay: relay === null ? null : relayed(relay),
      projections: this.models.all.flatMap((projection) => {
        const standing = live.get(projection.name);
        return standing === undefined ? [] : [listed(projection, standing)];
      }),
    };
  }
}

const relayed = (standing: RelayStanding): NonNullable<ProjectionsAnswer['relay']> => {
  const { topic, position, lagEvents: events, lagSeconds: seconds, state, fault } = standing;
  return { topic, position, lag: { events, seconds }, state, fault };
};

const listed = (
  projection: ReadModels['all'][number],
  standing: Standing,
): ProjectionsAnswer['projections'][number] => {
  const { version, generation, position, lagEvents, lagSeconds } = standing;
  const { parkedStreams, parkedEvents, fault } = standing;
  const { name, summary, kind } = projection;
  const columns = shownColumns(projection);
  return {
    name,
    summary,
    kind,
    version,
    generation,
    position,
    lag: { events: lagEvents, seconds: lagSeconds },
    parkedStreams,
    parkedEvents,
    fault,
    key: columns.filter(({ isKey }) => isKey).map((column) => column.name),
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
  };
};
