import type { Chance } from './random';

/** USD per million tokens, which is also thousands of nano-dollars a token. */
interface Price {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

interface Model {
  readonly name: string;
  /** Null: it runs on hardware of one's own, and reports no cost. */
  readonly price: Price | null;
  readonly tokensPerSecond: number;
  readonly reasons?: true;
}

const priced = (name: string, prices: readonly [number, number, number], speed: number): Model => {
  const [input, cached, output] = prices;
  return { name, price: { input, cached, output }, tokensPerSecond: speed };
};

// List prices of 2025, for plausible figures.
const gpt4o = priced('gpt-4o', [2.5, 1.25, 10], 70);
const gpt4oMini = priced('gpt-4o-mini', [0.15, 0.075, 0.6], 95);
const o4Mini: Model = { ...priced('o4-mini', [1.1, 0.275, 4.4], 110), reasons: true };
const sonnet = priced('claude-sonnet-4-5', [3, 0.3, 15], 62);
const haiku = priced('claude-haiku-4-5', [1, 0.1, 5], 130);
const flash = priced('gemini-2.5-flash', [0.3, 0.075, 2.5], 190);
const llama: Model = { name: 'llama-3.3-70b', price: null, tokensPerSecond: 34 };

interface Habit {
  readonly models: readonly [Model, ...Model[]];
  /** Least and most thousands of tokens of a call. */
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
}

const habits = {
  research: { models: [gpt4oMini, flash, flash, o4Mini], input: [6, 28], output: [0.4, 1.8] },
  writer: { models: [sonnet, sonnet, gpt4o], input: [5, 18], output: [1.2, 4.2] },
  editor: { models: [haiku, gpt4o, o4Mini], input: [4, 12], output: [0.2, 1.1] },
  graphics: { models: [gpt4o, llama, llama], input: [1, 4], output: [0.3, 1.6] },
} as const satisfies Record<string, Habit>;

export type Agent = keyof typeof habits;

/** The fields of a `record-llm-call` besides the execution, with a cost exact to the nano-dollar. */
export const callOf = (agent: Agent, chance: Chance) => {
  const { models, input, output }: Habit = habits[agent];
  const { name: model, price, tokensPerSecond, reasons } = chance.of(models);
  const inputTokens = Math.round(1_000 * chance.between(...input));
  const cachedInputTokens = chance.happens(0.4)
    ? Math.round(inputTokens * chance.between(0.2, 0.7))
    : 0;
  const written = Math.round(1_000 * chance.between(...output));
  const reasoningTokens = reasons === true ? Math.round(written * chance.between(0.5, 2)) : 0;
  const outputTokens = written + reasoningTokens;
  const seconds =
    chance.between(0.3, 1.6) + (outputTokens / tokensPerSecond) * chance.between(0.8, 1.5);
  const durationSeconds = Math.round(seconds * 1_000) / 1_000;
  const tokens = { inputTokens, cachedInputTokens, outputTokens, reasoningTokens };
  const cost = price === null ? {} : { costUsd: costOf(price, tokens) };
  return { agent, model, ...tokens, durationSeconds, ...cost };
};

const costOf = (
  { input, cached, output }: Price,
  tokens: { inputTokens: number; cachedInputTokens: number; outputTokens: number },
): number => {
  const { inputTokens, cachedInputTokens, outputTokens } = tokens;
  const thousandNano =
    (inputTokens - cachedInputTokens) * input + cachedInputTokens * cached + outputTokens * output;
  return Math.round(thousandNano * 1_000) / 1e9;
};
