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
 * What an event `e` worked out, as far as it is the same worked out once more: what an article holds, one outcome
 * of an execution, a person's verdict, the hours of an execution.
 */
const workSql = `case e.type
  when 'StyleOutcomeRecorded' then e.data ->> 'outcome'
  when 'ParagraphRated' then (e.data ->> 'paragraphId') || ' of ' || (e.data ->> 'executionId')
  when 'BenefitEarned' then 'hours'
  else 'content'
end`;

/*
 * Streams in which something of $2 was worked out, and once more while that was void; either is what the deployment
 * $1 recorded up to $3, where it was voided, and the other counts now. On a stream that began void nothing is done but
 * to tell what was spent, which sees the void events.
 */
const doneAgainSql = (voidings: Voidings): string => {
  const own = `(e.deployment_id = $1 and e.position <= $3)`;
  const counts = `not ${coveredSql(voidings)}`;
  return `
with later as (
  select e.stream, e.position, ${own} as own, ${workSql} as work from ledger.events e
  where e.position > (select min(position) from ledger.voidings) and e.type = any ($2::text[]) and (${own} or ${counts})
), again as (
  select l.stream, min(l.position) as position from later l
  where exists (
    select from ledger.events e
    where e.stream = l.stream and e.position < l.position and e.type = any ($2::text[]) and ${workSql} = l.work
      and case when l.own then ${counts} else ${own} end
      and (
        select v.is_voided from ledger.voidings v
        where v.deployment_id = e.deployment_id and v.position between e.position and l.position
        order by v.position desc limit 1
      )
  ) and not exists (
    select from ledger.events e where e.stream = l.stream and e.version = 1 and ${coveredSql(voidings)}
  )
  group by l.stream
)
select stream, count(*) over ()::int as streams from again order by position limit ${String(named)}`;
};

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
    const voidings = await voidingsAt(this.generations, null);
    const through = voidings.bounds.get(deploymentId);
    if (through === undefined) return { streams: 0, such: [] };
    const rows = await this.generations.ask<{ readonly stream: string; readonly streams: number }>(
      doneAgainSql(voidings),
      [deploymentId, workedOutTypes, through],
    );
    return { streams: rows[0]?.streams ?? 0, such: rows.map(({ stream }) => stream) };
  }
}
