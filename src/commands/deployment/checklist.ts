import { refuse } from '../decider';
import type { Refusal } from '../decider';
import type { RecordRehearsal } from '../rollback/rollback-carries';
import type { DeploymentCommand } from './deployment.commands';
import type { DeploymentEvent, DeploymentState } from './deployment.state';
import { measuredChecks } from './measures';
import type { Measure } from './measures';
import { askedBy, holds, rehearsalGate, ruleOf } from './gate-rules';

export type ChecklistRefusal =
  'checklist-item-unknown' | 'checklist-item-measured' | 'outcome-contradicts-measure';

type Of<T extends DeploymentCommand['type']> = Extract<DeploymentCommand, { type: T }>;
type Answer = readonly DeploymentEvent[] | Refusal<ChecklistRefusal>;

/** An item that a person may tick, or why not. */
const lineFor = (
  { checklist }: DeploymentState,
  item: string,
): DeploymentState['checklist'][number] | Refusal<ChecklistRefusal> => {
  const line = checklist.find((one) => one.item === item);
  if (line === undefined) {
    return refuse('checklist-item-unknown', `${item} is not on the checklist of this deployment`);
  }
  if (line.gate === null) return line;
  const detail = `${item} is answered by the gate ${line.gate}: record a check of it`;
  return refuse('checklist-item-measured', detail);
};

export const tick = (
  state: DeploymentState,
  command: Of<'TickChecklistItem'>,
  by: string,
): Answer => {
  const line = lineFor(state, command.item);
  if ('refused' in line) return line;
  const evidence = command.evidence ?? line.evidence;
  if (line.ticked && evidence === line.evidence) return [];
  return [{ type: 'ChecklistItemTicked', data: { item: command.item, by, evidence, gate: null } }];
};

export const untick = (
  state: DeploymentState,
  { item, reason }: Of<'UntickChecklistItem'>,
  by: string,
): Answer => {
  const line = lineFor(state, item);
  if ('refused' in line) return line;
  if (!line.ticked) return [];
  return [
    { type: 'ChecklistItemUnticked', data: { item, by, reason: reason ?? null, gate: null } },
  ];
};

/** The items of the gate follow its last check: only a successful one keeps them ticked. */
export const check = (
  state: DeploymentState,
  command: Omit<Of<'RecordCheck'>, 'type' | 'deploymentId'>,
  by: string,
): Answer => {
  const { gate, outcome, measured = null, evidence = null } = command;
  const rule = state.gates.find((one) => one.gate === gate) ?? ruleOf(gate);
  if (outcome === 'successful' && measured !== null && holds(rule, measured) === false) {
    const detail = `${gate} at ${String(measured)} is not successful: asked for is ${askedBy(rule)}`;
    return refuse('outcome-contradicts-measure', detail);
  }
  const threshold = command.threshold ?? rule.threshold;
  const successful = outcome === 'successful';
  const turned = state.checklist
    .filter((line) => line.gate === gate && line.ticked !== successful)
    .map(({ item }): DeploymentEvent =>
      successful
        ? { type: 'ChecklistItemTicked', data: { item, by, evidence, gate } }
        : {
            type: 'ChecklistItemUnticked',
            data: { item, by, reason: `${gate} is ${outcome}`, gate },
          },
    );
  const data = { gate, outcome, measured, threshold, evidence, by };
  return [{ type: 'CheckRecorded', data }, ...turned];
};

/** Checks of all that was measured, at once. */
export const measure = (
  state: DeploymentState,
  measures: readonly Measure[],
  by: string,
): readonly DeploymentEvent[] =>
  measuredChecks(state, measures).flatMap((measured) => {
    const checked = check(state, measured, by);
    return 'refused' in checked ? [] : checked;
  });

/**
 * How a rehearsal of its rollback ended, as a check; nothing where nobody asks for one. A check of this age
 * contradicts no threshold.
 */
export const rehearsed = (
  state: DeploymentState,
  { outcome, evidence }: RecordRehearsal,
  by: string,
): readonly DeploymentEvent[] => {
  const { gate } = rehearsalGate;
  const isAsked = [...state.gates, ...state.checklist].some((one) => one.gate === gate);
  if (!isAsked) return [];
  const age = outcome === 'successful' ? { measured: 0 } : {};
  const checked = check(state, { gate, outcome, evidence, ...age }, by);
  return 'refused' in checked ? [] : checked;
};
