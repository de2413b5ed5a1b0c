/** LlmCallRecorded as "LLM call recorded". */
export const spokenType = (type: string): string => {
  const words = type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.startsWith('llm ')
    ? words.replace('llm', 'LLM')
    : words.charAt(0).toUpperCase() + words.slice(1);
};
