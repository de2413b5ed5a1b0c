import fc from 'fast-check';
import {
  anyCommand,
  anyCourse,
  commandTypes,
  courseOf,
  context,
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
      const decision = execution.decide(command, state, context);
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
      execution.decide(command, state, { ...context, flows: new Map([['content', contentFlow]]) });
    }),
  );
});

test('the same decision on the same state is the same', () => {
  fc.assert(
    fc.property(anyCourse(), anyCommand, ({ state, events }, command) => {
      const once = execution.decide(command, state, context);
      const again = events.reduce(execution.evolve, execution.initialState);
      expect(execution.decide(command, again, context)).toEqual(once);
    }),
  );
});

test('a repeated command other than a call, a query, a repricing, a heartbeat or a score changes nothing more', () => {
  const repeatable = new Set([
    'RecordLlmCall',
    'RecordRepricing',
    'RecordStyleQuery',
    'HeartbeatExecution',
    'ScoreQuality',
  ]);
  fc.assert(
    fc.property(anyCourse(), anyCommand, ({ events }, command) => {
      fc.pre(!repeatable.has(command.type));
      const state = events.reduce(execution.evolve, execution.initialState);
      const once = execution.decide(command, state, context);
      fc.pre(!isRefusal(once));
      const after = once.reduce(execution.evolve, state);
      const twice = execution.decide(command, after, context);
      expect(isRefusal(twice) || twice.length === 0).toBe(true);
    }),
  );
});

test('nothing but calls and queries, and what they bring, follows an end', () => {
  const late =
    /^(LlmCallRecorded|BenefitEarned|CallsRepriced|StyleMemoryQueried|StyleOutcomeRecorded)$/;
  fc.assert(
    fc.property(anyCourse(50), ({ events }) => {
      const end = events.findIndex(({ type }) => ended.test(type));
      const after = end === -1 ? [] : events.slice(end + 1);
      expect(after.filter(({ type }) => !late.test(type))).toEqual([]);
    }),
  );
});

test("people's hours count once for each agent, and only where the work was published or completed", () => {
  fc.assert(
    fc.property(anyCourse(50), ({ events }) => {
      const credited = events.flatMap((event) =>
        event.type === 'BenefitEarned' ? event.data.shares.map(({ agent }) => agent) : [],
      );
      expect(new Set(credited).size).toBe(credited.length);
      const types = events.map(({ type }) => type);
      const paidOff = types.findIndex((type) =>
        /^(ArticlePublished|ExecutionCompleted)$/.test(type),
      );
      const first = types.indexOf('BenefitEarned');
      expect(first === -1 || (paidOff !== -1 && paidOff < first)).toBe(true);
      const called = new Set(
        events.flatMap((event) => (event.type === 'LlmCallRecorded' ? event.data.agent : [])),
      );
      // The book of these histories has a benchmark for the writer alone.
      expect(credited).toEqual(paidOff !== -1 && called.has('writer') ? ['writer'] : []);
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

test('a call that does not engage its agent leaves every state as it is, so it need not be read', () => {
  expect(executions.skims).toEqual(['LlmCallRecorded']);
  fc.assert(
    fc.property(anyCourse(), anyCourse(), (before, { events }) => {
      for (const event of events) {
        if (event.type !== 'LlmCallRecorded' || event.data.engages) continue;
        expect(executions.evolve(before.state, event)).toBe(before.state);
      }
    }),
  );
});

test('of the calls of an agent exactly the first engages it', () => {
  fc.assert(
    fc.property(anyCourse(50), ({ events }) => {
      const seen = new Set<string>();
      for (const event of events) {
        if (event.type !== 'LlmCallRecorded') continue;
        expect(event.data.engages).toBe(!seen.has(event.data.agent));
        seen.add(event.data.agent);
      }
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
