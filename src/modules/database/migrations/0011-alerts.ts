import type { MigrationInterface, QueryRunner } from 'typeorm';

const schema = `
-- Found without reading the ledger; hardly any event is in them.
create index alert_facts on ledger.events (position)
  where type in ('AlertFired', 'AlertAcknowledged', 'AlertDismissed', 'AlertAnswered', 'AlertResolved');
create index repetitions on ledger.events (position) where type in ('RebuildCompleted', 'ReplayCompleted');

-- Rules whose measure alerts, and have not for long enough to fire.
create table ops.alert_watches (
  rule          text        primary key,
  deployment_id text        not null,
  since         timestamptz not null,
  seen_at       timestamptz not null -- when it was last seen to alert
);

create table ops.webhook_endpoints (
  endpoint text   primary key,
  position bigint not null -- every alert fact behind the first place and up to here has its delivery
);

create table ops.webhook_deliveries (
  endpoint   text        not null references ops.webhook_endpoints,
  event_id   uuid        not null,
  position   bigint      not null,
  state      text        not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  attempts   integer     not null default 0,
  due_at     timestamptz not null default clock_timestamp(),
  status     integer,    -- of the last answer
  fault      text,       -- why the last attempt failed
  created_at timestamptz not null default clock_timestamp(),
  ended_at   timestamptz,
  primary key (endpoint, event_id)
);
create index on ops.webhook_deliveries (endpoint, position) where state = 'waiting';
create index on ops.webhook_deliveries (position, endpoint);

-- Facts that were met once more, by a replay or a rebuild, and not sent once more.
create table ops.webhook_suppressions (
  endpoint text        not null,
  event_id uuid        not null,
  cause    text        not null,
  at       timestamptz not null default clock_timestamp(),
  primary key (endpoint, event_id, cause)
);
`;

const rights = `
grant select, insert, update, delete on ops.alert_watches, ops.webhook_endpoints, ops.webhook_deliveries,
  ops.webhook_suppressions to flowledger_app`;

export class Alerts1764000000011 implements MigrationInterface {
  readonly name = 'Alerts1764000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(schema);
    await runner.query(rights);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('a later migration changes it instead'));
  }
}
