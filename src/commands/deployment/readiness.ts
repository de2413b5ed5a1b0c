import type { DeploymentStatus, Missing, Phase } from '../../events/deployment.events';
import { canonicalJson } from '../canonical-json';
import type { DeploymentState } from './deployment.state';
import { askedBy } from './gate-rules';

/** What the next step of a deployment takes, by where it stands. */
export interface Readiness {
  readonly status: DeploymentStatus;
  readonly missing: Missing;
}

/** What is done before the decision, before any traffic, and before it is live. */
const phasesOf = {
  decision: ['before-deployment', 'integration'],
  traffic: ['staging'],
  live: ['production', 'validation', 'monitoring'],
} as const satisfies Readonly<Record<string, readonly Phase[]>>;

const items = ({ checklist }: DeploymentState, phases: readonly Phase[]): Missing =>
  checklist
    .filter(({ ticked, phase }) => !ticked && phases.includes(phase))
    .map(({ item: name, phase, gate }) => {
      const why = gate === null ? 'is not ticked' : `waits for a successful check of ${gate}`;
      return { kind: 'checklist-item', name, why: `${why} (${phase})` };
    });

/** What was checked before the last step of the promotion is to be checked again. */
const gates = ({ gates: rules, checks }: DeploymentState): Missing =>
  rules.flatMap((rule) => {
    const { gate: name } = rule;
    const check = checks.get(name);
    const asked = `asked for is ${askedBy(rule)}`;
    if (check === undefined) return [{ kind: 'gate', name, why: `was never checked; ${asked}` }];
    if (check.outcome !== 'successful') {
      const measured = check.measured === null ? '' : ` at ${String(check.measured)}`;
      return [{ kind: 'gate', name, why: `is ${check.outcome}${measured}; ${asked}` }];
    }
    if (!check.sinceStep) {
      return [{ kind: 'gate', name, why: 'was not checked since the last step' }];
    }
    return [];
  });

const signOffs = ({ roles, signOffs: standing }: DeploymentState): Missing =>
  roles.flatMap((name) => {
    const signed = standing.get(name);
    if (signed?.verdict === 'approved') return [];
    return [
      { kind: 'sign-off', name, why: signed === undefined ? 'has not signed' : 'has rejected' },
    ];
  });

/** What a GO still lacks. */
export const missingForGo = (state: DeploymentState): Missing => [
  ...items(state, phasesOf.decision),
  ...gates(state),
  ...signOffs(state),
];

const beforeDecision = (state: DeploymentState): Readiness => {
  const missing = missingForGo(state);
  const unsignedOnly = missing.every(({ kind }) => kind === 'sign-off');
  if (unsignedOnly) return { status: 'awaiting_sign_off', missing };
  const begun = state.status !== 'draft' || state.lastChange !== null;
  return { status: begun ? 'validating' : 'draft', missing };
};

const underTraffic = (state: DeploymentState): Readiness => {
  const unanalysed = gates(state);
  const rest = state.traffic === 100 ? items(state, phasesOf.live) : [];
  return {
    status: unanalysed.length > 0 ? 'analysing' : 'promoting',
    missing: [...unanalysed, ...rest],
  };
};

/** Where a deployment stands, once what happened to it is folded. */
export const readinessOf = (
  state: DeploymentState & { readonly status: DeploymentStatus },
): Readiness => {
  const { status } = state;
  switch (status) {
    case 'draft':
    case 'validating':
    case 'awaiting_sign_off':
      return beforeDecision(state);
    case 'no_go':
      return { status, missing: missingForGo(state) };
    case 'staging':
      return { status, missing: [...items(state, phasesOf.traffic), ...gates(state)] };
    case 'analysing':
    case 'promoting':
      return underTraffic(state);
    case 'go':
    case 'live':
    case 'superseded':
    case 'aborted':
    case 'rolling_back':
    case 'rolled_back':
    case 'rollback_failed':
      return { status, missing: [] };
  }
};

/** Exactly what is approved, as one text: version, state of the checklist, checks. */
export const contentText = ({ version, checklist, checks }: DeploymentState): string =>
  canonicalJson({
    version,
    checklist: checklist.map(({ item, phase, ticked, evidence }) => ({
      item,
      phase,
      ticked,
      evidence,
    })),
    checks: Object.fromEntries(
      [...checks].map(([gate, { outcome, measured, threshold, evidence }]) => [
        gate,
        { outcome, measured, threshold, evidence },
      ]),
    ),
  });

/** A list of what is missing in one sentence. */
export const listed = (missing: Missing): string =>
  missing.map(({ kind, name, why }) => `${kind} ${name} ${why}`).join('; ');
