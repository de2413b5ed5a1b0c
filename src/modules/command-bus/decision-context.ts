/** What deciders may know besides streams: see `StandingContext` in `src/commands`. */
export const DECISION_CONTEXT = Symbol('DECISION_CONTEXT');
