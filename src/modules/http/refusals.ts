import type { RefusalCode } from '../../commands';

/** The status of every refusal; one without an entry here does not compile. */
export const refusalStatus: Readonly<Record<RefusalCode, number>> = {
  'execution-already-started': 409,
  'execution-not-started': 409,
  'execution-ended': 409,
  'execution-paused': 409,
  'flow-unknown': 409,
  'stage-unknown': 409,
  'stage-out-of-order': 409,
  'quality-not-passed': 409,
  'article-already-published': 409,
  'repricing-already-started': 409,
  'repricing-ended': 409,
  'replay-already-started': 409,
  'replay-ended': 409,
  'replay-to-live-topic': 409,
  'kafka-not-configured': 409,
  'article-unknown': 404,
  'article-without-paragraphs': 400,
  'article-too-long': 400,
  'paragraph-unknown': 404,
  'style-query-already-recorded': 409,
};
