import { SettingsError, readSettings } from './settings';
import type { Settings } from './settings';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
const telemetryOf = (env: Record<string, string>): Settings['telemetry'] =>
  readSettings(env).telemetry;

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
};

describe('what is sent to a collector', () => {
  test('nothing, without a word', () => {
    expect(telemetryOf({})).toBeNull();
    expect(telemetryOf({ OTEL_SERVICE_NAME: 'ledger' })).toBeNull();
  });

  test('spans and metrics, once there is an endpoint', () => {
    expect(telemetryOf(endpoint)).toEqual({
      traces: {
        protocol: 'http/protobuf',
        sampler: 'parentbased_always_on',
        ratio: 1,
        continues: true,
        queuedSpans: 2_048,
        batchSpans: 512,
        delayMilliseconds: 5_000,
        timeoutMilliseconds: 30_000,
      },
      metrics: {
        protocol: 'http/protobuf',
        intervalMilliseconds: 60_000,
        timeoutMilliseconds: 30_000,
      },
    });
  });

  test.each([
    ['the endpoint of traces alone', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/t' }, [1, 0]],
    ['the endpoint of metrics alone', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c' }, [0, 1]],
    ['an exporter of traces, without an endpoint', { OTEL_TRACES_EXPORTER: 'otlp' }, [1, 0]],
    ['an exporter of metrics, without an endpoint', { OTEL_METRICS_EXPORTER: 'otlp' }, [0, 1]],
    ['no exporter of traces', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }, [0, 1]],
    ['Prometheus alone', { ...endpoint, OTEL_METRICS_EXPORTER: 'prometheus' }, [1, 0]],
    ['Prometheus besides', { ...endpoint, OTEL_METRICS_EXPORTER: 'otlp,prometheus' }, [1, 1]],
    ['disabled', { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, [0, 0]],
  ])('%s', (_, env: Record<string, string>, [traces, metrics]) => {
    const telemetry = telemetryOf(env);
    const sent = [telemetry?.traces, telemetry?.metrics].map((one) => (one ? 1 : 0));
    expect(sent).toEqual([traces, metrics]);
  });

  test('in the protocol of the signal before that of all', () => {
    const protocols = {
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
    };
    const telemetry = telemetryOf({ ...endpoint, ...protocols });
    expect(telemetry?.traces?.protocol).toBe('http/json');
    expect(telemetry?.metrics?.protocol).toBe('http/protobuf');
  });

  test('in no larger batches than there is room for, and within the interval', () => {
    const env = { ...endpoint, OTEL_BSP_MAX_QUEUE_SIZE: '8', OTEL_METRIC_EXPORT_INTERVAL: '500' };
    const telemetry = telemetryOf(env);
    expect(telemetry?.traces).toMatchObject({ queuedSpans: 8, batchSpans: 8 });
    expect(telemetry?.metrics).toMatchObject({ timeoutMilliseconds: 500 });
  });

  test('of nobody else, where the propagator is none', () => {
    expect(telemetryOf({ ...endpoint, OTEL_PROPAGATORS: 'none' })?.traces?.continues).toBe(false);
  });
});

describe('what is wrong', () => {
  const wrong = {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_TRACES_SAMPLER: 'sometimes',
    OTEL_TRACES_SAMPLER_ARG: '7',
    OTEL_PROPAGATORS: 'b3',
  };

  test('is named all at once, with what else is', () => {
    const faults = faultsOf({ ...endpoint, ...wrong, PORT: 'x' });
    for (const name of [...Object.keys(wrong), 'PORT']) {
      expect(faults).toContainEqual(expect.stringContaining(name));
    }
  });

  test.each([
    'OTEL_BSP_SCHEDULE_DELAY',
    'OTEL_BSP_EXPORT_TIMEOUT',
    'OTEL_METRIC_EXPORT_INTERVAL',
    'OTEL_METRIC_EXPORT_TIMEOUT',
  ])('is named: %s, where it is longer than a timer can wait', (name) => {
    const fault = new RegExp(`^${name}: .*2147483647`);
    expect(faultsOf({ ...endpoint, [name]: '9999999999' })).toEqual([expect.stringMatching(fault)]);
  });

  test('does not matter where nothing is sent: it may be meant for others', () => {
    expect(faultsOf(wrong)).toEqual([]);
    expect(faultsOf({ ...endpoint, ...wrong, OTEL_SDK_DISABLED: 'true' })).toEqual([]);
  });
});
