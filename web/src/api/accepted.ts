/*
 * The position of the last command that this tab had accepted: what it asks for next is to have seen
 * that, also where the tail of the ledger has not told of it yet.
 */
let position = 0n;

export const acceptedAt = (): bigint => position;

export const acceptAt = (at: string): void => {
  if (BigInt(at) > position) position = BigInt(at);
};

/** Another ledger is behind this address now. */
export const forgetAccepted = (): void => {
  position = 0n;
};
