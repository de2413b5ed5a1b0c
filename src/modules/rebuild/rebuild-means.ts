import { Inject, Injectable } from '@nestjs/common';
import { RecordedArchives } from '../archive/recorded-archives';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { Metrics } from '../metrics/metrics';
import { Generations } from '../projector/generations';
import { EventSections } from '../reading/events/event-sections';
import { BulkFold } from './bulk/bulk-fold';
import { CutOvers } from './cut-over';
import { RecordedRebuilds } from './recorded-rebuilds';

/** What a rebuild is carried out with. */
@Injectable()
export class RebuildMeans {
  constructor(
    @Inject(SETTINGS) readonly settings: Settings,
    @Inject(DATABASE_URL) readonly url: string,
    readonly generations: Generations,
    readonly sections: EventSections,
    readonly bulk: BulkFold,
    readonly cutOvers: CutOvers,
    readonly rebuilds: RecordedRebuilds,
    readonly archives: RecordedArchives,
    readonly metrics: Metrics,
  ) {}
}
