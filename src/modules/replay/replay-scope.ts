import type { EventScope } from '../reading/event.schemas';

type Text = string | null | undefined;
type Texts = readonly string[] | null | undefined;

interface Written {
  readonly fromPosition?: Text;
  readonly toPosition?: Text;
  readonly since?: Text;
  readonly until?: Text;
  readonly streams?: Texts;
  readonly types?: Texts;
  readonly deployments?: Texts;
}

const position = (text: Text): bigint | undefined =>
  text === null || text === undefined ? undefined : BigInt(text);

const list = (names: Texts): string[] | undefined => (names ? [...names] : undefined);

/** The scope of a command or an event as readers of the ledger take it. */
export const eventScopeOf = (written: Written): EventScope => ({
  fromPosition: position(written.fromPosition),
  toPosition: position(written.toPosition),
  since: written.since ?? undefined,
  until: written.until ?? undefined,
  streams: list(written.streams),
  types: list(written.types),
  deployments: list(written.deployments),
});
