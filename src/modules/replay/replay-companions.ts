import { Inject, Injectable } from '@nestjs/common';
import type { StandingContext } from '../../commands';
import type { ReplayCommand } from '../../commands/replay/replay.commands';
import { targetRefusal } from '../../commands/replay/target';
import { Companions } from '../command-bus/companions';
import type { Fields } from '../command-bus/companions';
import { idOfStream } from '../../events/event-metadata';
import { DECISION_CONTEXT } from '../command-bus/decision-context';
import type { Accepted } from '../command-bus/issued-command';
import { Problem } from '../http/problem';
import { refusalStatus } from '../http/refusals';
import { EventSections } from '../reading/events/event-sections';
import { ReplayBell } from './replay-bell';
import { eventScopeOf } from '../reading/events/event-scope';

type Asked = Omit<Extract<ReplayCommand, { type: 'StartReplay' }>, 'type'>;

/** What goes with the commands of replays: the plan of a dry run, and a word to whoever carries them out. */
@Injectable()
export class ReplayCompanions {
  constructor(
    private readonly sections: EventSections,
    private readonly bell: ReplayBell,
    @Inject(DECISION_CONTEXT) private readonly context: StandingContext,
    companions: Companions,
  ) {
    const outcome = (accepted: Accepted): Promise<Partial<Accepted>> => {
      this.bell.strike();
      return Promise.resolve({ effects: { replayId: idOfStream(accepted.stream, 'replay') } });
    };
    companions.register('start-replay', {
      plan: (data) => this.plan(data as unknown as Asked),
      outcome,
    });
    for (const name of ['pause-replay', 'resume-replay', 'cancel-replay']) {
      companions.register(name, { outcome });
    }
  }

  /** @throws Problem for what the command would be refused for. */
  private async plan(asked: Asked): Promise<Fields> {
    const { topic, scope, maxEventsPerSecond = null } = asked;
    const refusal = targetRefusal(topic, this.context);
    if (refusal !== null) {
      throw new Problem(refusalStatus[refusal.refused], refusal.refused, refusal.detail);
    }
    const counts = await this.sections.countsOf(eventScopeOf(scope));
    const secondsAtLeast =
      maxEventsPerSecond === null ? null : Math.ceil(counts.total / maxEventsPerSecond);
    return { topic, ...counts, maxEventsPerSecond, secondsAtLeast };
  }
}
