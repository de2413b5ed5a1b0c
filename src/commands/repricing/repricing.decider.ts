import type { EventsOf } from '../../events';
import type { repricingEventSchemas } from '../../events/repricing.events';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import type { PriceBook } from '../pricebook/pricebook.state';
import type { RepricingCommand } from './repricing.commands';

export type RepricingEvent = EventsOf<typeof repricingEventSchemas>;
type RepricingRefusal = 'repricing-already-started' | 'repricing-ended';

export interface RepricingState {
  readonly status: 'absent' | 'running' | 'completed' | 'cancelled';
}

export const noRepricing: RepricingState = { status: 'absent' };

export const repricing: Decider<
  RepricingState,
  RepricingCommand,
  RepricingEvent,
  RepricingRefusal,
  { readonly book: PriceBook }
> = {
  initialState: noRepricing,
  evolve: (_state, event) => {
    switch (event.type) {
      case 'RepricingStarted':
        return { status: 'running' };
      case 'RepricingCompleted':
        return { status: 'completed' };
      case 'RepricingCancelled':
        return { status: 'cancelled' };
    }
  },
  decide: (command, { status }, { book }) => {
    switch (command.type) {
      case 'RepriceCalls': {
        const { from, to, model = null, reason } = command;
        if (status !== 'absent') {
          return refuse('repricing-already-started', `the repricing is ${status}`);
        }
        const data = { from, to, model, reason, bookFacts: book.facts };
        return [{ type: 'RepricingStarted', data }];
      }
      case 'CancelRepricing':
        if (status === 'cancelled') return [];
        if (status === 'completed') {
          return refuse('repricing-ended', 'the repricing is completed, which is final');
        }
        return [{ type: 'RepricingCancelled', data: { reason: command.reason ?? null } }];
      case 'CompleteRepricing': {
        if (status === 'completed') return [];
        if (status === 'cancelled') return refuse('repricing-ended', 'the repricing is cancelled');
        const { executions, calls, changed, reported, unpriced } = command;
        const { previousNanoUsd, repricedNanoUsd } = command;
        return [
          {
            type: 'RepricingCompleted',
            data: {
              executions,
              calls,
              changed,
              reported,
              unpriced,
              previousNanoUsd,
              repricedNanoUsd,
            },
          },
        ];
      }
    }
  },
};
