import { scopeSchema } from '../../commands/scope';
import { BadUse } from '../cli/verb';
import { faultsIn, malformed } from '../http/faults';
import { itemsOf } from '../reading/comma-list';
import { momentExpected, momentOf } from '../reading/moment';

/** The flags by which a verb is told a scope of the ledger. */
export const scopeOptions = {
  since: { type: 'string' },
  until: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  stream: { type: 'string', multiple: true, default: [] as string[] },
  type: { type: 'string', multiple: true, default: [] as string[] },
  deployment: { type: 'string', multiple: true, default: [] as string[] },
  scope: { type: 'string' },
} as const;

export const scopeHelp = `  --since TIME       recorded at this time or later: a day, or a time with its zone
  --until TIME       recorded before this time
  --from POSITION    from this position on
  --to POSITION      up to and with this position
  --stream NAMES     only of these streams; a comma list, or repeated
  --type NAMES       only of these types
  --deployment NAMES only those recorded under these deployments
  --scope JSON       the same as the API takes it, such as '{"types": ["LlmCallRecorded"]}'
`;

interface Flags {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly stream: readonly string[];
  readonly type: readonly string[];
  readonly deployment: readonly string[];
  readonly scope?: string | undefined;
}

/** Which events are meant; what is absent bounds nothing. */
export interface Scope {
  readonly since?: string;
  readonly until?: string;
  readonly fromPosition?: string;
  readonly toPosition?: string;
  readonly streams?: readonly string[];
  readonly types?: readonly string[];
  readonly deployments?: readonly string[];
}

const timeOf = (flag: string, text: string): string => {
  const moment = momentOf(text);
  if (moment === undefined) throw new BadUse(`--${flag}: ${momentExpected}, not ${text}`);
  return moment;
};

const positionOf = (flag: string, text: string): string => {
  if (!/^\d{1,18}$/.test(text)) throw new BadUse(`--${flag}: a position, not ${text}`);
  return text;
};

const namesOf = (flag: string, given: readonly string[]): readonly string[] => {
  const names = given.flatMap(itemsOf);
  if (names.includes('')) throw new BadUse(`--${flag}: a name is missing`);
  return names;
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadUse(`--scope: a JSON object, not ${text}`);
  }
};

/** A scope in the words of the API. */
const toldAsJson = (text: string): Scope => {
  const { data, error } = scopeSchema.safeParse(jsonOf(text));
  if (data !== undefined) return data as Scope;
  throw new BadUse(`--scope: ${malformed(faultsIn(scopeSchema, error)).message}`);
};

/** The scope, as long as the API would take it: flags can say together what none says alone. */
const taken = (scope: Scope): Scope => {
  const { error } = scopeSchema.safeParse(scope);
  if (error === undefined) return scope;
  throw new BadUse(`the scope: ${malformed(faultsIn(scopeSchema, error)).message}`);
};

/**
 * What flags of their own say goes before what `--scope` says.
 *
 * @throws BadUse for a time or a position that is none, and for a scope that the API would refuse.
 */
export const scopeOf = (flags: Flags): Scope => {
  const { since, until, from, to, stream, type, deployment, scope } = flags;
  return taken({
    ...(scope === undefined ? {} : toldAsJson(scope)),
    ...(since === undefined ? {} : { since: timeOf('since', since) }),
    ...(until === undefined ? {} : { until: timeOf('until', until) }),
    ...(from === undefined ? {} : { fromPosition: positionOf('from', from) }),
    ...(to === undefined ? {} : { toPosition: positionOf('to', to) }),
    ...(stream.length === 0 ? {} : { streams: namesOf('stream', stream) }),
    ...(type.length === 0 ? {} : { types: namesOf('type', type) }),
    ...(deployment.length === 0 ? {} : { deployments: namesOf('deployment', deployment) }),
  });
};

const escaped = (name: string): string => name.replace(/[\\,]/g, '\\$&');

/** A scope as parameters of `GET /v1/events`. */
export const queryOf = (scope: Scope): Record<string, string> =>
  Object.fromEntries(
    Object.entries(scope).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (value as readonly string[]).map(escaped).join(','),
    ]),
  );

/** The same for events as they are recorded: what is personal stays ciphertext. */
export const sealedQueryOf = (scope: Scope): Record<string, string> => ({
  ...queryOf(scope),
  sealed: 'true',
});

/** Events in a second; null where nothing is said. @throws BadUse for what is no whole number from 1 on. */
export const rateOf = (text: string | undefined): number | null => {
  if (text === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new BadUse(`--rate: events in a second, not ${text}`);
  return Number(text);
};
