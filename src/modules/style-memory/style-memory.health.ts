import { Inject, Injectable } from '@nestjs/common';
import type { Check } from '../health/check';
import { HealthRegistry } from '../health/health-registry';
import { SEMANTIC } from './semantic-port';
import type { SemanticPort } from './semantic-port';
import { StyleSearch } from './style-search';

/** A question like any other; it is not recorded. */
const probe = { text: 'the opening of an article', nResults: 1, minScore: 0 };

/** Whether the style memory answers, and whether by both arms: it is asked. */
@Injectable()
export class StyleMemoryHealth {
  constructor(
    registry: HealthRegistry,
    private readonly search: StyleSearch,
    @Inject(SEMANTIC) private readonly semantic: SemanticPort,
  ) {
    registry.add('rag', 'style-queries', () => this.queries());
  }

  private async queries(): Promise<Check> {
    const trouble = await this.semantic.trouble();
    const { degraded } = await this.search.find(probe);
    const { available, model, pending } = await this.semantic.status();
    if (trouble === null && available && !degraded) return { status: 'healthy' };
    const waiting = pending === 0 ? '' : `, and ${pending} paragraphs wait for it`;
    const why = trouble === null ? '' : ` (${trouble})`;
    return { status: 'degraded', detail: `words alone decide: ${model} is away${waiting}${why}` };
  }
}
