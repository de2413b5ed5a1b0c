import { duration } from '../../format/durations';
import { spoken } from '../../format/names';
import { percent, plural, usd, usdOfNano } from '../../format/numbers';
import type { LedgerEvent } from '../../live/event';

type Data = LedgerEvent['data'];

const text = (data: Data, name: string): string => {
  const value = data[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const list = (data: Data, name: string): readonly unknown[] => {
  const value = data[name];
  return Array.isArray(value) ? value : [];
};

const callGist = (data: Data): string[] => {
  const cost = (data['cost'] ?? {}) as Data;
  const nanoUsd = text(cost, 'nanoUsd');
  return [
    text(data, 'agent'),
    text(data, 'model'),
    nanoUsd === '' ? 'unpriced' : usd(usdOfNano(nanoUsd)),
    duration(Number(data['durationMs'])),
  ];
};

const queryGist = (data: Data): string[] => {
  const [first] = list(data, 'results') as readonly Data[];
  return [
    `${String(list(data, 'results').length)} found`,
    first === undefined
      ? 'nothing above the threshold'
      : `best ${percent(Number(first['score']), 1)}`,
    duration(Number(data['latencyMs'])),
  ];
};

const gists: Readonly<Record<string, (data: Data) => string[]>> = {
  ExecutionStarted: (data) => [text(data, 'flow'), text(data, 'topic')],
  ExecutionQueued: (data) => [text(data, 'flow'), text(data, 'topic')],
  StageStarted: (data) => [spoken(text(data, 'stage')), `attempt ${text(data, 'attempt')}`],
  StageCompleted: (data) => [spoken(text(data, 'stage'))],
  StageFailed: (data) => [spoken(text(data, 'stage')), text(data, 'error')],
  QualityScored: (data) => [`${text(data, 'score')} of 10`, text(data, 'decision')],
  ArticlePublished: (data) => [text(data, 'url')],
  LlmCallRecorded: callGist,
  StyleMemoryQueried: queryGist,
  PriceSet: (data) => [text(data, 'model')],
  ArticleIndexed: (data) => [
    text(data, 'source'),
    plural(list(data, 'paragraphs').length, 'paragraph'),
  ],
  DeploymentPlanned: (data) => [`version ${text(data, 'version')}`, text(data, 'flow')],
  ChecklistItemTicked: (data) => [text(data, 'item'), text(data, 'evidence')],
  ChecklistItemUnticked: (data) => [text(data, 'item'), text(data, 'reason')],
  CheckRecorded: (data) => [text(data, 'gate'), text(data, 'outcome'), text(data, 'evidence')],
  DeploymentSignedOff: (data) => [text(data, 'role'), text(data, 'verdict')],
  DeploymentDecided: (data) => [spoken(text(data, 'verdict')), text(data, 'reason')],
  DeploymentPromoted: (data) => [`${text(data, 'traffic')} % of the traffic`],
  RollbackStarted: (data) => [`${text(data, 'deploymentId')} to ${text(data, 'to')}`],
  RollbackStepTaken: (data) => [text(data, 'step'), text(data, 'evidence')],
  AlertFired: (data) => [
    text((data['observed'] ?? {}) as Data, 'evidence'),
    text(data, 'deploymentId'),
  ],
  AlertAcknowledged: (data) => [text(data, 'comment')],
  AlertAnswered: (data) => [text(data, 'rollbackId')],
  AlertResolved: (data) => [text(data, 'because').replaceAll('-', ' ')],
  AlertRuleSet: (data) => [text(data, 'rule'), text(data, 'severity')],
  AlertRuleRemoved: (data) => [text(data, 'rule'), text(data, 'reason')],
  WebhookResendRequested: (data) => [text(data, 'alert'), text(data, 'endpoint')],
  RollbackStepFailed: (data) => [text(data, 'step'), text(data, 'cause')],
};

const othersGist = (data: Data): string[] => [
  text(data, 'reason'),
  text(data, 'projection'),
  text(data, 'outcome'),
  text(data, 'cause'),
];

/** What an event says, in a few words. */
export const gistOf = ({ type, data }: LedgerEvent): string =>
  (gists[type] ?? othersGist)(data)
    .filter((part) => part !== '')
    .join(' · ');
