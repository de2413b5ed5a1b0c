/** What deciders may know besides their own stream: see `DecisionContext` in `src/commands`. */
export const DECISION_CONTEXT = Symbol('DECISION_CONTEXT');
