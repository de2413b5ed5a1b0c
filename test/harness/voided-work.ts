/* What is void in a ledger, straight from the definition: told apart from how the application finds it. */

interface Row {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly deployment_id: string;
}

/** Whether a row counts no more, by all that the ledger says of the work of deployments. */
export const voidIn = <Of extends Row>(events: readonly Of[]): ((row: Of) => boolean) => {
  const through = new Map<string, bigint>();
  for (const { type, stream, position } of events) {
    const deployment = stream.replace(/^deployment-/, '');
    if (type === 'DeploymentVoided') through.set(deployment, BigInt(position));
    if (type === 'DeploymentReinstated') through.delete(deployment);
  }
  const isVoid = ({ type, stream, position, deployment_id: deployment }: Of): boolean =>
    type !== 'CallsRepriced' && // what it says of a call is void with that call
    /^(execution|article|style-query)-/.test(stream) &&
    BigInt(position) <= (through.get(deployment) ?? 0n);
  const begunVoid = new Set(
    events.filter((row) => row.version === 1 && isVoid(row)).map(({ stream }) => stream),
  );
  return (row) => begunVoid.has(row.stream) || isVoid(row);
};
