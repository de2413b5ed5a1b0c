import { SettingsError, readSettings } from './settings';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
};

const secret = 'a-secret-of-24-characters';

describe('without a word', () => {
  test('everything runs here, on loopback, with a PostgreSQL of its own', () => {
    expect(readSettings({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      home: '.flowledger',
      database: null,
      kafka: null,
      partitions: 8,
      feed: 'ledger',
      keys: null,
      masterKeys: null,
      flowsFile: null,
      parts: new Set(['api', 'relay', 'projector', 'sweeper', 'indexer']),
      rateLimit: 0,
      cutover: 'auto',
      asOfBytes: 2 * 1024 ** 3,
      rebuildBytes: 100 * 1024 ** 3,
      rebuildMemory: 256 * 1024 ** 2,
      warm: { milliseconds: 24 * 3_600_000, bytes: 10 * 1024 ** 3 },
      sweepSeconds: 10,
      alertSeconds: 15,
      webhooks: {
        endpoints: [],
        attempts: 14,
        backoffMilliseconds: 1_000,
        timeoutMilliseconds: 10_000,
      },
      drainSeconds: 20,
      embeddings: null,
      partitionEvents: 10_000_000,
      archive: '.flowledger/archive',
      keepQueries: false,
      telemetry: null,
      logLevel: 'info',
    });
  });

  test('an empty variable is one that is not set', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '', KAFKA_BROKERS: '' })).toEqual(
      readSettings({}),
    );
  });

  test('variables that are none of its own are passed over', () => {
    expect(readSettings({ PATH: '/bin', PORT: '0' }).port).toBe(0);
  });
});

describe('real servers', () => {
  test('a database has one url, or one for its owner besides', () => {
    const url = 'postgres://app@db/flowledger';
    expect(readSettings({ DATABASE_URL: url }).database).toEqual({ url, ownerUrl: url });
    const ownerUrl = 'postgresql://owner@db/flowledger';
    expect(readSettings({ DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl }).database).toEqual({
      url,
      ownerUrl,
    });
  });

  test('brokers make Kafka the feed, unless told otherwise', () => {
    const brokers = { KAFKA_BROKERS: 'one:9092, two:9092' };
    expect(readSettings(brokers)).toMatchObject({
      feed: 'kafka',
      kafka: {
        brokers: ['one:9092', 'two:9092'],
        ssl: false,
        sasl: null,
        topic: 'flowledger.events',
        group: 'flowledger.projector',
        partitions: 8,
        replication: null,
      },
    });
    expect(readSettings({ ...brokers, FLOWLEDGER_FEED: 'ledger' }).feed).toBe('ledger');
  });

  test('brokers may ask for a login', () => {
    const env = {
      KAFKA_BROKERS: 'one:9092',
      KAFKA_SSL: 'true',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SASL_PASSWORD: 'secret',
    };
    expect(readSettings(env).kafka).toMatchObject({
      ssl: true,
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'secret' },
    });
  });
});

test('a server of embeddings takes the place of the packaged model', () => {
  const env = {
    EMBEDDINGS_URL: 'https://models.example/v1/embeddings',
    EMBEDDINGS_MODEL: 'text-embedding-3-small',
  };
  expect(readSettings(env).embeddings).toEqual({
    url: 'https://models.example/v1/embeddings',
    model: 'text-embedding-3-small',
    key: null,
    timeoutMilliseconds: 1_000,
  });
});

describe('keys', () => {
  test('master keys are 32 bytes each, the first that wraps and those before', () => {
    const [next, former] = [2, 1].map((byte) => Buffer.alloc(32, byte).toString('base64'));
    const given = { FLOWLEDGER_MASTER_KEYS: `${next}, ${former}` };
    expect(readSettings(given).masterKeys).toEqual([next, former]);
    expect(faultsOf({ FLOWLEDGER_MASTER_KEYS: 'c2hvcnQ=' })).toEqual([
      expect.stringMatching(/^FLOWLEDGER_MASTER_KEYS\.0: is 32 bytes in base64/),
    ]);
  });

  test('have a role, a name and a secret, which may hold colons', () => {
    const keys = `service:ci:${secret}, operator:me:${secret}:more`;
    expect(readSettings({ FLOWLEDGER_KEYS: keys }).keys).toEqual([
      { role: 'service', name: 'ci', secret },
      { role: 'operator', name: 'me', secret: `${secret}:more` },
    ]);
  });

  test('have a secret of their own: by one of two it would be left open which role it has', () => {
    const keys = `service:ci:${secret},analyst:me:${secret}:more,operator:me:${secret}`;
    expect(faultsOf({ FLOWLEDGER_KEYS: keys })).toEqual([
      'FLOWLEDGER_KEYS.2: has the secret of a key before it',
    ]);
  });

  test.each([
    'service',
    'service:ci',
    'service:ci:short',
    `root:ci:${secret}`,
    `service:a b:${secret}`,
    `service:ci:${secret} and more`, // which no request could name
    `service:ci:${secret}é`,
  ])('%s is none, and is not repeated in the fault', (key) => {
    const [fault, ...more] = faultsOf({ FLOWLEDGER_KEYS: key });
    expect(fault).toMatch(/^FLOWLEDGER_KEYS\.0: each key is role:name:secret/);
    expect(fault).not.toContain(secret);
    expect(more).toEqual([]);
  });
});

describe('webhooks', () => {
  const [next, former] = ['a', 'b'].map(
    (letter) => `whsec_${Buffer.from(letter.repeat(24)).toString('base64')}`,
  );

  test('have an address of their own: by two of one, the same deliveries would be sent twice', () => {
    const env = {
      FLOWLEDGER_ALERT_WEBHOOKS: `https://one.example#${next},https://two.example#${next},https://one.example#${former}`,
    };
    expect(faultsOf(env)).toEqual([
      expect.stringMatching(
        /^FLOWLEDGER_ALERT_WEBHOOKS\.2: has the address of a webhook before it/,
      ),
    ]);
  });

  test('have as many secrets as are given behind their address', () => {
    const env = {
      FLOWLEDGER_ALERT_WEBHOOKS: `https://one.example/a#${next}#${former},https://one.example/b#${next}`,
    };
    const { endpoints } = readSettings(env).webhooks;
    expect(endpoints.map(({ keys }) => keys.length)).toEqual([2, 1]);
  });
});

describe('what is wrong', () => {
  test.each([
    [{ PORT: 'http' }, /^PORT: is a port, 0 to 65535/],
    [{ PORT: '70000' }, /^PORT: is a port, 0 to 65535/],
    [{ PORT: '80.5' }, /^PORT: is a port, 0 to 65535/],
    [{ PORT: '-1' }, /^PORT: is a port, 0 to 65535/],
    // Of blanks alone, which Number() takes for 0.
    [{ PORT: '  ' }, /^PORT: is a port, 0 to 65535/],
    [{ DATABASE_URL: 'mysql://db/x' }, /^DATABASE_URL: is postgres:\/\/user:password@host/],
    [{ DATABASE_URL: 'db' }, /^DATABASE_URL: is postgres:\/\/user:password@host/],
    [{ DATABASE_OWNER_URL: 'db' }, /^DATABASE_OWNER_URL: is postgres:\/\/user:password@host/],
    [{ KAFKA_BROKERS: 'one:9092,,two:9092' }, /^KAFKA_BROKERS\.1: is empty: .* comma too many/],
    [{ KAFKA_BROKERS: 'one' }, /^KAFKA_BROKERS\.0: each broker is host:port/],
    [{ KAFKA_BROKERS: 'one:9092,two:70000' }, /^KAFKA_BROKERS\.1: each broker is host:port/],
    [{ KAFKA_BROKERS: 'kafka://one:9092' }, /^KAFKA_BROKERS\.0: each broker is host:port/],
    [{ KAFKA_PARTITIONS: '0' }, /^KAFKA_PARTITIONS: /],
    // Kept with the database once and for all, so what no broker has is not to come there.
    [{ KAFKA_PARTITIONS: '100000000' }, /^KAFKA_PARTITIONS: .*10000/],
    [{ KAFKA_REPLICATION: '70000' }, /^KAFKA_REPLICATION: .*32767/],
    [{ KAFKA_TOPIC: 'not a topic' }, /^KAFKA_TOPIC: /],
    [{ KAFKA_TOPIC: '..' }, /^KAFKA_TOPIC: /],
    [{ KAFKA_SSL: 'perhaps' }, /^KAFKA_SSL: /],
    [{ FLOWLEDGER_FEED: 'rss' }, /^FLOWLEDGER_FEED: /],
    [{ FLOWLEDGER_FEED: 'kafka' }, /^FLOWLEDGER_FEED: kafka needs KAFKA_BROKERS/],
    [{ FLOWLEDGER_PARTS: 'api,everything' }, /^FLOWLEDGER_PARTS\.1: /],
    [{ FLOWLEDGER_RATE_LIMIT: '-1' }, /^FLOWLEDGER_RATE_LIMIT: /],
    [{ FLOWLEDGER_RATE_LIMIT: ' ' }, /^FLOWLEDGER_RATE_LIMIT: /],
    [{ FLOWLEDGER_SWEEP_SECONDS: '0' }, /^FLOWLEDGER_SWEEP_SECONDS: /],
    // Longer than a timer can wait.
    [{ FLOWLEDGER_SWEEP_SECONDS: '99999999' }, /^FLOWLEDGER_SWEEP_SECONDS: .*2147483/],
    [
      { FLOWLEDGER_WEBHOOK_TIMEOUT_MS: '9999999999' },
      /^FLOWLEDGER_WEBHOOK_TIMEOUT_MS: .*2147483647/,
    ],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL: /],
    [{ EMBEDDINGS_URL: 'ftp://models', EMBEDDINGS_MODEL: 'm' }, /^EMBEDDINGS_URL: /],
    [
      { EMBEDDINGS_URL: 'https://me:secret@models/v1', EMBEDDINGS_MODEL: 'm' },
      /^EMBEDDINGS_URL: is an http or https address without user and password$/,
    ],
    [{ EMBEDDINGS_URL: 'http://models' }, /^EMBEDDINGS_MODEL: /],
    [{ EMBEDDINGS_TIMEOUT_MS: '0' }, /^EMBEDDINGS_TIMEOUT_MS: /],
    [
      { KAFKA_BROKERS: 'one:9092', KAFKA_SASL_USERNAME: 'me' },
      /^KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/,
    ],
    [
      { KAFKA_BROKERS: 'one:9092', KAFKA_SASL_MECHANISM: 'plain' },
      /^KAFKA_SASL_MECHANISM: KAFKA_SASL_USERNAME/,
    ],
  ] as [Record<string, string>, RegExp][])('%j is told by its name', (env, fault) => {
    expect(faultsOf(env)).toEqual([expect.stringMatching(fault)]);
  });

  test('is told all at once', () => {
    const faults = faultsOf({ PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'z', FLOWLEDGER_KEYS: 'k' });
    expect(faults.map((fault) => fault.split(/[.:]/)[0]).sort()).toEqual([
      'DATABASE_URL',
      'FLOWLEDGER_KEYS',
      'LOG_LEVEL',
      'PORT',
    ]);
  });

  test('across variables is told along with the rest', () => {
    const faults = faultsOf({ PORT: 'x', FLOWLEDGER_FEED: 'kafka', KAFKA_SASL_PASSWORD: 'p' });
    expect(faults).toHaveLength(3);
  });
});
