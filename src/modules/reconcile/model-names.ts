/** Providers whose name stands before the model's on Amazon Bedrock, with or without a region. */
const bedrock =
  /^(?:[a-z]{2,6}\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|openai|qwen|stability)\./;

/** As the libraries that call them name providers; `llama3:8b` and `mistral:instruct-q4_0` are names as they are. */
const provider =
  /^(?:anthropic|azure|bedrock|cerebras|cohere|deepseek|fireworks|google(?:-gla|-vertex)?|grok|groq|mistral(?=:mistral)|moonshotai|openai|openrouter|together|xai):/;

const monthAndDay = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';
const dated = new RegExp(`[-@](?:\\d{4}-\\d\\d-\\d\\d|\\d{8}|${monthAndDay}|latest)$`);

/**
 * A model's name without what providers put around it: a prefix (`openai/`, `openai:`, `models/`,
 * `us.anthropic.`), a revision (`-v2:0`) and a date (`-2024-08-06`, `-20241022`, `@20241022`,
 * `-0613`, `-latest`). In lower case.
 */
export const plainModelName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(provider, '')
    .replace(bedrock, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(dated, '');

/** Whether a model is meant by one of the patterns, in which `*` is anything; by all where there are none. */
export const isMeant = (name: string, patterns: readonly string[]): boolean => {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
    const meant = new RegExp(`^${parts.join('.*')}$`, 'i');
    return meant.test(name) || meant.test(plainModelName(name));
  });
};
