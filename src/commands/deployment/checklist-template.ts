import type { ChecklistItem, Phase } from '../../events/deployment.events';

type Line = readonly [item: string, description: string, gate?: string];

const template: Readonly<Record<Phase, readonly Line[]>> = {
  'before-deployment': [
    ['change-described', 'What changes, why and for whom is written down'],
    ['version-tagged', 'The version is tagged and its build can be reproduced'],
    ['reviewed', 'The change was reviewed by somebody who did not write it'],
    ['unit-tests', 'Unit and property tests pass on the tagged version'],
    ['dependencies-audited', 'No known vulnerability of high severity is in a dependency'],
    ['secrets-in-place', 'Keys and secrets of the target are in place, and none is in the code'],
    ['backup-restored', 'A backup of the database was restored elsewhere, and read'],
    ['migrations-reversible', 'Migrations ran on a copy; the previous version works after them'],
    ['rollback-rehearsed', 'The rollback was rehearsed with this version', 'rollback-rehearsal'],
    ['announced', 'Whoever depends on the flow knows when it happens, and who answers'],
  ],
  integration: [
    ['acceptance-run', 'The acceptance run passes', 'acceptance-run'],
    ['contract-kept', 'The public contract is compared with what its consumers expect'],
    ['event-versions-read', 'The previous version reads every event that this one writes'],
    [
      'projections-proven',
      'Every projection equals what the ledger makes it',
      'projections-proven',
    ],
    ['kafka-consumers-ready', 'Consumers of the topic take the events of this version'],
    ['price-book-current', 'The price book has every model that the version calls'],
  ],
  staging: [
    ['staged-healthy', 'The staged version is healthy', 'health'],
    ['staging-smoke', 'One execution of the flow went through, from its start to publishing'],
    ['style-memory-answers', 'Style queries are answered in time', 'style-query-p95'],
    ['configuration-compared', 'The configuration was compared with that of the live version'],
    ['alerts-routed', 'A test alert reached whoever is on call'],
  ],
  production: [
    ['previous-warm', 'The generations of the previous deployment are kept warm'],
    ['capacity-checked', 'Disk, memory and connections have room for both versions'],
    ['traffic-shifted', 'Traffic reaches the new version, by its stamp on new events'],
    ['error-rate-held', 'Executions fail no more often than is tolerated', 'error-rate'],
    ['relay-level', 'The relay and the projections keep up with the ledger'],
  ],
  validation: [
    ['editor-gate-held', 'Articles pass the editor gate', 'editor-gate-pass-rate'],
    ['multiplier-held', 'The multiplier is what it was planned for', 'roi-multiplier'],
    ['overhead-held', 'Recording of costs does not slow the flow down', 'roi-overhead'],
    ['articles-read', 'Somebody read articles that the new version published'],
    ['costs-reconciled', "Recorded usage agrees with the provider's, for the window"],
  ],
  monitoring: [
    ['dashboard-watched', 'Somebody watched the dashboard through the first hour'],
    ['no-parked-streams', 'No projection has parked a stream'],
    ['no-unpriced-calls', 'No call is without a price'],
    ['runbook-current', 'The rollback runbook names this version and its previous one'],
    ['on-call-briefed', 'Whoever is on call knows what changed, and how to go back'],
  ],
};

/** What is asked of a deployment whose plan brings no checklist of its own. */
export const defaultChecklist: readonly ChecklistItem[] = Object.entries(template).flatMap(
  ([phase, lines]) =>
    lines.map(([item, description, gate = null]) => ({
      item,
      phase: phase as Phase,
      description,
      gate,
    })),
);
