import { exactUsd, usd, usdOfNano } from '../format/numbers';

/** An amount for reading, exact when pointed at. */
export const Money = ({ nanoUsd }: { readonly nanoUsd: string }) => (
  <span title={exactUsd(nanoUsd)}>{usd(usdOfNano(nanoUsd))}</span>
);
