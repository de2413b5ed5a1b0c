/** The condition that `column` is the type of an alert's fact; as the index `alert_facts` has it. */
export const alertFacts = (column: string): string =>
  `${column} in ('AlertFired', 'AlertAcknowledged', 'AlertDismissed', 'AlertAnswered', 'AlertResolved')`;
