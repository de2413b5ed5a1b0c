import { Injectable } from '@nestjs/common';
import type { DoneAgain } from '../../commands/deployment/taken-back';
import { workedOutTypes } from '../../events/voiding';
import type { Voidings } from '../../events/voiding';
import { Companions } from '../command-bus/companions';
import { Generations } from '../projector/generations';
import { voidingsAt } from '../projector/void-work';
import { RebuildBell } from '../rebuild/rebuild-bell';
import { coveredSql } from '../rebuild/verify/void-events.sql';

const named = 5;

/*
 * Streams in which something of $3 was worked out behind $2, where the deployment $1 voided there had done so
 * before. On a stream that began void nothing is done but to tell what was spent, which sees the void events.
 */
const doneAgainSql = (voidings: Voidings): string => `
with since as (
  select e.stream, min(e.position) as position from ledger.events e
  where e.position > $2 and e.type = any ($3::text[]) and not ${coveredSql(voidings)}
  group by e.stream
)
select s.stream, count(*) over ()::int as streams from since s
where exists (
  select from ledger.events o
  where o.stream = s.stream and o.deployment_id = $1 and o.position <= $2 and o.type = any ($3::text[])
) and not exists (select from ledger.events e where e.stream = s.stream and e.version = 1 and ${coveredSql(voidings)})
order by s.position limit ${String(named)}`;

/** What goes with the command that lets void work count again: whether it was done a second time meanwhile. */
@Injectable()
export class Reinstatement {
  constructor(
    private readonly generations: Generations,
    bell: RebuildBell,
    companions: Companions,
  ) {
    companions.register('reinstate-deployment', {
      issue: async (data, issue) =>
        issue({ doneAgain: await this.doneAgain(String(data['deploymentId'])) }),
      outcome: () => {
        bell.strike(); // what is live is built anew
        return Promise.resolve({});
      },
    });
  }

  private async doneAgain(deploymentId: string): Promise<DoneAgain> {
    const voidings = await voidingsAt((text, values) => this.generations.ask(text, values), null);
    const through = voidings.bounds.get(deploymentId);
    if (through === undefined) return { streams: 0, such: [] };
    const rows = await this.generations.ask<{ readonly stream: string; readonly streams: number }>(
      doneAgainSql(voidings),
      [deploymentId, through, workedOutTypes],
    );
    return { streams: rows[0]?.streams ?? 0, such: rows.map(({ stream }) => stream) };
  }
}
