import type { Chance } from './random';

const subjects = [
  'event sourcing',
  'vector search',
  'prompt caching',
  'the cost of long contexts',
  'small language models',
  'agents that plan',
  'human review',
  'Kafka without fear',
  'retries and idempotency',
  'evaluation by rubric',
  'structured output',
  'a content ledger',
] as const;

const angles = [
  (subject: string) => `What ${subject} taught us in a year`,
  (subject: string) => `A field guide to ${subject}`,
  (subject: string) => `The numbers behind ${subject}`,
  (subject: string) =>
    `${subject.charAt(0).toUpperCase()}${subject.slice(1)}, explained by its failures`,
  (subject: string) => `Five questions about ${subject}`,
] as const;

export const topicOf = (chance: Chance): string => chance.of(angles)(chance.of(subjects));
