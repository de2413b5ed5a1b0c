import { z } from 'zod';
import { httpAddress } from './http-address';
import { keySecretSchema } from './key-secret';
import { masterKeySchema } from './master-key';
import { count, milliseconds, numeric, seconds, whole } from './numbers';
import { webhookEndpoint } from './webhook-endpoint';

const list = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.string().min(1, 'is empty: there is a comma too many')).min(1));

const aPort = 'is a port, 0 to 65535 (0: one that is free)';
const isPort = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 65_535;
const port = numeric(z.number(aPort).refine(isPort, aPort), aPort);

const database = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'is postgres://user:password@host:port/database',
});

const broker = z.string().refine((text) => {
  const [, port = ''] = /^(?:[^:\s/]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) <= 65_535;
}, 'each broker is host:port');

const parts = ['api', 'relay', 'projector', 'sweeper', 'indexer'] as const;
export type Part = (typeof parts)[number];

const key = z.string().transform((text, context) => {
  const [role, name, ...secret] = text.split(':');
  const parsed = z
    .object({
      role: z.enum(['service', 'analyst', 'operator']),
      name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
      secret: keySecretSchema,
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

/** Refuses each value of a list that came before in it. */
const once = (values: readonly string[], message: string, context: z.RefinementCtx): void => {
  for (const [index, value] of values.entries()) {
    if (values.indexOf(value) === index) continue;
    context.addIssue({ code: 'custom', path: [index], message });
  }
};

/** Each secret once: of two keys with one, the last would decide whose it is, and which role it has. */
const keys = list.pipe(z.array(key)).superRefine((given, context) => {
  const secrets = given.map(({ secret }) => secret);
  once(secrets, 'has the secret of a key before it', context);
});

/** Each receiver once: two of one name would see to the same deliveries. */
const webhooks = list.pipe(z.array(webhookEndpoint)).superRefine((given, context) => {
  const names = given.map(({ name }) => name);
  const message =
    'has the address of a webhook before it: give the secrets of both behind one, url#secret#secret';
  once(names, message, context);
});

/** Every variable of the environment that Flowledger reads, besides those of `telemetry-settings.ts`. */
export const environment = z.object({
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
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/)
    .default('flowledger.events'),
  KAFKA_GROUP: z.string().min(1).default('flowledger.projector'),
  KAFKA_PARTITIONS: numeric(whole.max(10_000)).default(8),
  KAFKA_REPLICATION: numeric(whole.max(32_767)).optional(),
  FLOWLEDGER_FEED: z.enum(['ledger', 'kafka']).optional(),
  FLOWLEDGER_KEYS: keys.optional(),
  FLOWLEDGER_MASTER_KEYS: list.pipe(z.array(masterKeySchema)).optional(),
  FLOWLEDGER_FLOWS: z.string().min(1).optional(),
  FLOWLEDGER_PARTS: list.pipe(z.array(z.enum(parts))).default([...parts]),
  FLOWLEDGER_RATE_LIMIT: numeric(z.number().int().min(0)).default(0),
  FLOWLEDGER_SWEEP_SECONDS: seconds(10),
  FLOWLEDGER_ALERT_SECONDS: seconds(15),
  FLOWLEDGER_ALERT_WEBHOOKS: webhooks.default([]),
  FLOWLEDGER_WEBHOOK_ATTEMPTS: count(14),
  FLOWLEDGER_WEBHOOK_BACKOFF_MS: milliseconds(1_000),
  FLOWLEDGER_WEBHOOK_TIMEOUT_MS: milliseconds(10_000),
  FLOWLEDGER_DRAIN_SECONDS: seconds(20),
  FLOWLEDGER_CUTOVER: z.enum(['auto', 'manual']).default('auto'),
  FLOWLEDGER_REBUILD_BYTES: count(100 * 1024 ** 3),
  FLOWLEDGER_REBUILD_MEMORY: count(256 * 1024 ** 2),
  FLOWLEDGER_AS_OF_BYTES: count(2 * 1024 ** 3),
  FLOWLEDGER_WARM_HOURS: numeric(z.number().positive()).default(24),
  FLOWLEDGER_WARM_BYTES: count(10 * 1024 ** 3),
  FLOWLEDGER_PARTITION_EVENTS: numeric(z.number().int().min(100)).default(10_000_000),
  FLOWLEDGER_ARCHIVE: z.string().min(1).optional(),
  FLOWLEDGER_KEEP_QUERIES: z.stringbool().default(false),
  EMBEDDINGS_URL: httpAddress.optional(),
  EMBEDDINGS_MODEL: z.string().min(1).max(200).optional(),
  EMBEDDINGS_KEY: z.string().min(1).optional(),
  EMBEDDINGS_TIMEOUT_MS: milliseconds(1_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Environment = z.output<typeof environment>;

/** What is wrong with variables that are right one by one. */
export const faultsTogether = (env: Readonly<Record<string, string | undefined>>): string[] => {
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
