import type { Fields } from '../../api/contract';
import { given } from '../../api/given';
import type { Phase } from './deployment';

/** What somebody wrote into the form of a plan. */
export interface PlanForm {
  readonly deploymentId: string;
  readonly version: string;
  readonly flow: string;
  readonly previous: string;
  readonly notes: string;
  /** Days; empty where no rehearsal of its rollback is asked for. */
  readonly rehearsedWithinDays: string;
  readonly plannerMaySign: boolean;
  readonly checklist: Asked;
  readonly signOffs: Asked;
  readonly gates: Asked;
}

/** The usual list, none, or one of its own: a line for each, or a word between commas where none is in a name. */
export interface Asked {
  readonly how: 'usual' | 'none' | 'own';
  readonly text: string;
}

const phases: readonly Phase[] = [
  ...(['before-deployment', 'integration', 'staging'] as const),
  ...(['production', 'validation', 'monitoring'] as const),
];

const partsOf = (text: string, between: RegExp): string[] =>
  text
    .split(between)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const listOf = ({ how, text }: Asked, between = /[\n,]/): string[] | undefined => {
  if (how === 'usual') return undefined;
  return how === 'none' ? [] : partsOf(text, between);
};

/** `staging: healthy` is an item of a phase; without one it is of the first. */
const itemOf = (line: string): { readonly item: string; readonly phase?: Phase } => {
  const [before = '', ...rest] = line.split(':');
  const phase = phases.find((name) => name === before.trim());
  if (phase === undefined || rest.length === 0) return { item: line };
  return { item: rest.join(':').trim(), phase };
};

/** What `plan-deployment` is asked; what was left empty is not said. */
export const planRequest = (form: PlanForm): Fields<'plan-deployment'> => {
  const checklist = listOf(form.checklist, /\n/)?.map(itemOf);
  const requiredSignOffs = listOf(form.signOffs);
  const requiredGates = listOf(form.gates);
  const days = form.rehearsedWithinDays.trim();
  return {
    deploymentId: form.deploymentId.trim(),
    version: form.version.trim(),
    ...given('flow', form.flow),
    ...given('previous', form.previous),
    ...given('notes', form.notes),
    ...(days === '' ? {} : { rehearsedWithinDays: Number(days) }),
    plannerMaySign: form.plannerMaySign,
    ...(checklist === undefined ? {} : { checklist }),
    ...(requiredSignOffs === undefined ? {} : { requiredSignOffs }),
    ...(requiredGates === undefined ? {} : { requiredGates }),
  };
};
