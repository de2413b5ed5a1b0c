import { nearest, plainName } from '../http/known-names';

/** What a column of a usage export may be. Parts of the input tokens are added up. */
const knownNames = {
  date: [
    'date',
    'day',
    'usage_date',
    'usage_date_utc',
    'date_utc',
    'utc_date',
    'start_time_iso',
    'start_time',
    'bucket_start_time',
    'timestamp',
    'time',
  ],
  model: ['model', 'model_name', 'model_id', 'model_version', 'snapshot_id', 'snapshot'],
  calls: ['calls', 'requests', 'num_model_requests', 'num_requests', 'n_requests', 'request_count'],
  inputTokens: ['input_tokens', 'prompt_tokens', 'n_context_tokens_total', 'num_input_tokens'],
  outputTokens: [
    'output_tokens',
    'completion_tokens',
    'n_generated_tokens_total',
    'num_output_tokens',
    'usage_output_tokens',
  ],
  tokens: ['tokens', 'total_tokens', 'num_tokens', 'usage_tokens'],
  cost: [
    'cost',
    'cost_usd',
    'cost_in_usd',
    'usd_cost',
    'total_cost',
    'total_cost_usd',
    'amount',
    'amount_usd',
    'amount_value',
    'spend',
    'spend_usd',
    'usd',
  ],
  currency: ['currency', 'amount_currency', 'cost_currency'],
} as const;

/** Input tokens that are told apart by how they were cached, and are not part of one another. */
const inputParts = [
  'usage_input_tokens_no_cache',
  'usage_input_tokens_cache_read',
  'usage_input_tokens_cache_write_5m',
  'usage_input_tokens_cache_write_1h',
];

type Role = keyof typeof knownNames;

/** Where in a row each thing stands; null where the file does not tell it. */
export interface UsageColumns {
  readonly date: number;
  readonly model: number;
  readonly calls: number | null;
  /** Added up; empty where the file tells only all tokens. */
  readonly inputTokens: readonly number[];
  readonly outputTokens: number | null;
  readonly tokens: number | null;
  readonly cost: number | null;
  readonly currency: number | null;
}

/** What is to be compared: both, unless a file has only one of them and the caller says so. */
export type Only = 'tokens' | 'cost' | null;

const missing = (what: string, names: readonly string[], headers: readonly string[]): string => {
  const guesses = headers.filter((header) => header !== '' && nearest(header, names) !== undefined);
  const guess = guesses[0] === undefined ? '' : `; is it ${JSON.stringify(guesses[0])}?`;
  return `there is no column of the ${what}: it may be named ${names.join(', ')}${guess}`;
};

/**
 * What the headers of a usage export stand for: by name, whatever its case and punctuation, the
 * first known name of a kind that is there. Every fault is told at once.
 */
export const usageColumns = (
  headers: readonly string[],
  only: Only,
): { readonly columns: UsageColumns } | { readonly faults: readonly string[] } => {
  const found = headers.map(plainName);
  const faults = found
    .filter((name, index) => name !== '' && found.indexOf(name) !== index)
    .map((name) => `the column ${name} is there twice`);
  const placeOf = (role: Role): number | null => {
    const name = knownNames[role].find((known) => found.includes(plainName(known)));
    return name === undefined ? null : found.indexOf(plainName(name));
  };
  const needed = (role: Role, what: string): number => {
    const place = placeOf(role);
    if (place === null) faults.push(missing(what, knownNames[role], headers));
    return place ?? -1;
  };
  const parts = inputParts.map((name) => found.indexOf(plainName(name))).filter((at) => at >= 0);
  const whole = placeOf('inputTokens');
  const inputTokens = whole === null ? parts : [whole];
  const outputTokens = placeOf('outputTokens');
  const isSplit = inputTokens.length > 0 && outputTokens !== null;
  const columns: UsageColumns = {
    date: needed('date', 'date'),
    model: needed('model', 'model'),
    calls: placeOf('calls'),
    inputTokens: isSplit && only !== 'cost' ? inputTokens : [],
    outputTokens: isSplit && only !== 'cost' ? outputTokens : null,
    tokens: isSplit || only === 'cost' ? null : needed('tokens', 'tokens (or input and output)'),
    cost: only === 'tokens' ? null : needed('cost', 'cost'),
    currency: placeOf('currency'),
  };
  return faults.length > 0 ? { faults } : { columns };
};
