import fc from 'fast-check';
import {
  anyCommand,
  anyCourse,
  commandTypes,
  courseOf,
  flows,
} from '../../../test/harness/histories';
import { eventSchemas } from '../../events';
import type { DomainEvent } from '../../events';
import { isRefusal } from '../decider';
import { aggregates } from '../index';
import { executionCommands } from './execution.commands';
import { execution } from './execution.decider';
import { contentFlow } from './flow';

const [executions] = aggregates;
const ended = /^Execution(Completed|Failed|Cancelled|Terminated|TimedOut)$/;

test('chance knows every command', () => {
  expect([...commandTypes].sort()).toEqual(Object.keys(executionCommands).sort());
});

test('chance sends only what the schemas let through', () => {
  fc.assert(
    fc.property(anyCommand, ({ type, ...data }) => {
      expect(executionCommands[type].schema.safeParse(data).error).toBeUndefined();
    }),
  );
});

test('no command on any state that can be reached makes a decision throw', () => {
  fc.assert(
    fc.property(anyCourse(), anyCommand, ({ state }, command) => {
      const decision = execution.decide(command, state, { flows });
      if (isRefusal(decision)) expect(decision.detail).not.toBe('');
      else
        for (const { type, data } of decision) expect(eventSchemas[type].parse(data)).toEqual(data);
    }),
    { numRuns: 200 },
  );
});

test('nor where the flow is no longer known', () => {
  fc.assert(
    fc.property(anyCourse(), anyCommand, ({ state }, command) => {
      execution.decide(command, state, { flows: new Map([['content', contentFlow]]) });
    }),
  );
});

test('the same decision on the same state is the same', () => {
  fc.assert(
    fc.property(anyCourse(), anyCommand, ({ state }, command) => {
      const once = execution.decide(command, state, { flows });
      expect(execution.decide(command, structuredClone(state), { flows })).toEqual(once);
    }),
  );
});

test('a repeated command other than a call, a query, a heartbeat or a score changes nothing more', () => {
  const repeatable = new Set([
    'RecordLlmCall',
    'RecordStyleQuery',
    'HeartbeatExecution',
    'ScoreQuality',
  ]);
  fc.assert(
    fc.property(anyCourse(), anyCommand, ({ events }, command) => {
      fc.pre(!repeatable.has(command.type));
      const state = events.reduce(execution.evolve, execution.initialState);
      const once = execution.decide(command, state, { flows });
      fc.pre(!isRefusal(once));
      const after = once.reduce(execution.evolve, state);
      const twice = execution.decide(command, after, { flows });
      expect(isRefusal(twice) || twice.length === 0).toBe(true);
    }),
  );
});

test('nothing but calls and queries follows an end and the credit for it', () => {
  const later = /^(LlmCallRecorded|StyleMemoryQueried)$/;
  fc.assert(
    fc.property(anyCourse(50), ({ events }) => {
      const end = events.findIndex(({ type }) => ended.test(type));
      const after = end === -1 ? [] : events.slice(end + 1);
      const rest = after[0]?.type === 'StyleOutcomeRecorded' ? after.slice(1) : after;
      expect(rest.filter(({ type }) => !later.test(type))).toEqual([]);
    }),
  );
});

test('an article is published only when the last score says so', () => {
  fc.assert(
    fc.property(anyCourse(50), ({ events }) => {
      events.forEach(({ type }, index) => {
        if (type !== 'ArticlePublished') return;
        const score = events.slice(0, index).findLast((event) => event.type === 'QualityScored');
        expect(score?.data.decision).toBe('publish');
      });
    }),
  );
});

test('each outcome is credited once to a paragraph, and only to one that was served', () => {
  fc.assert(
    fc.property(anyCourse(50), ({ events }) => {
      const served = new Set<string>();
      const credited = new Set<string>();
      for (const event of events) {
        if (event.type === 'StyleMemoryQueried') {
          for (const { paragraphId } of event.data.results) served.add(paragraphId);
        }
        if (event.type !== 'StyleOutcomeRecorded') continue;
        for (const { paragraphId } of event.data.paragraphs) {
          expect(served).toContain(paragraphId);
          const credit = `${event.data.outcome} ${paragraphId}`;
          expect(credited).not.toContain(credit);
          credited.add(credit);
        }
      }
    }),
  );
});

test('no more revisions are asked for than the flow allows', () => {
  fc.assert(
    fc.property(anyCourse(50), ({ state }) => {
      expect(state.revisions).toBeLessThanOrEqual(flows.get(state.flow)!.maxRevisions);
    }),
  );
});

test('a refusal leaves no trace: the course is that of the accepted commands', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
      const { state, events } = courseOf(commands);
      expect(events.reduce(execution.evolve, execution.initialState)).toEqual(state);
    }),
  );
});

describe.each(executions.ignores)('%s', (type) => {
  test('leaves every state that can be reached as it is, so it need not be read', () => {
    fc.assert(
      fc.property(anyCourse(), anyCourse(), (before, { events }) => {
        const own = events.filter((event) => event.type === type);
        for (const event of [...own, { type, data: {} } as DomainEvent]) {
          expect(executions.evolve(before.state, event)).toBe(before.state);
        }
      }),
    );
  });
});
