import type { GateRule } from '../../events/deployment.events';
import { refuse } from '../decider';
import type { Refusal } from '../decider';
import type { FlowCatalogue } from '../execution/flow';
import { defaultChecklist } from './checklist-template';
import type { DeploymentCommand } from './deployment.commands';
import type { DeploymentEvent, DeploymentState } from './deployment.state';
import { defaultGates, defaultSignOffs, rehearsalGate, ruleOf } from './gate-rules';

export type PlanRefusal = 'deployment-already-planned' | 'flow-unknown';

type Plan = Extract<DeploymentCommand, { type: 'PlanDeployment' }>;

const checklistOf = ({ checklist }: Plan) =>
  checklist?.map(({ description = null, gate = null, ...line }) => ({
    ...line,
    description,
    gate,
  })) ?? [...defaultChecklist];

const gatesOf = ({ requiredGates, rehearsedWithinDays: threshold }: Plan): readonly GateRule[] => {
  const gates = requiredGates?.map(ruleOf) ?? defaultGates;
  if (threshold === undefined) return gates;
  return [
    ...gates.filter(({ gate }) => gate !== rehearsalGate.gate),
    { ...rehearsalGate, threshold },
  ];
};

/** A plan with everything that was asked for, and the defaults for what nothing was said of. */
export const plan = (
  { status }: DeploymentState,
  command: Plan,
  plannedBy: string,
  flows: FlowCatalogue,
): readonly DeploymentEvent[] | Refusal<PlanRefusal> => {
  const { version, flow, previous = null, plannerMaySign, notes = null } = command;
  if (status !== 'absent') {
    return refuse('deployment-already-planned', `the deployment is ${status}`);
  }
  if (!flows.has(flow)) return refuse('flow-unknown', `flow ${flow} is not configured`);
  const data = {
    version,
    flow,
    previous,
    plannedBy,
    plannerMaySign,
    notes,
    checklist: checklistOf(command),
    signOffs: [...(command.requiredSignOffs ?? defaultSignOffs)],
    gates: [...gatesOf(command)],
  };
  return [{ type: 'DeploymentPlanned', data }];
};
