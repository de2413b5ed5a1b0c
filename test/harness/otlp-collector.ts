/*
 * A small collector of OpenTelemetry's protocol (OTLP over HTTP, JSON), on a port of its own: what
 * arrives is decoded by the published form of the protocol, with none of the sender's packages.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

type AnyValue = Readonly<Record<string, unknown>>;

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

type Attributes = Readonly<Record<string, unknown>>;

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events?: readonly { readonly name: string }[];
  readonly status?: { readonly code?: number };
}

export interface CollectedSpan extends Omit<WireSpan, 'attributes' | 'links'> {
  readonly attributes: Attributes;
  /** Span ids. */
  readonly links: readonly string[];
  readonly resource: Attributes;
}

export interface WirePoint {
  readonly attributes?: readonly KeyValue[];
  readonly asDouble?: number;
  readonly asInt?: string | number;
  readonly count?: string | number;
  readonly sum?: number;
  readonly bucketCounts?: readonly (string | number)[];
  readonly explicitBounds?: readonly number[];
}

interface WireMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly WirePoint[]; readonly isMonotonic: boolean };
  readonly gauge?: { readonly dataPoints: readonly WirePoint[] };
  readonly histogram?: { readonly dataPoints: readonly WirePoint[] };
}

/** One push: its metrics, and what they are of. */
export interface CollectedMetrics {
  readonly resource: Attributes;
  readonly metrics: readonly WireMetric[];
}

interface TraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

interface MetricRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly WireMetric[] }[];
  }[];
}

const plain = (value: AnyValue): unknown => {
  if ('arrayValue' in value) {
    const { values = [] } = value['arrayValue'] as { values?: readonly AnyValue[] };
    return values.map(plain);
  }
  return 'intValue' in value ? Number(value['intValue']) : Object.values(value)[0];
};

export const attributesOf = (pairs: readonly KeyValue[] = []): Attributes =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));

const spansOf = ({ resourceSpans }: TraceRequest): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: attributesOf(span.attributes),
        links: (span.links ?? []).map(({ spanId }) => spanId),
        resource: attributesOf(resource.attributes),
      })),
    ),
  );

const metricsOf = ({ resourceMetrics }: MetricRequest): CollectedMetrics[] =>
  resourceMetrics.map(({ resource, scopeMetrics }) => ({
    resource: attributesOf(resource.attributes),
    metrics: scopeMetrics.flatMap(({ metrics }) => metrics),
  }));

export interface Collector {
  readonly port: number;
  /** The environment of a server that sends to it, soon after a span has ended. */
  readonly env: Readonly<Record<string, string>>;
  readonly spans: readonly CollectedSpan[];
  readonly pushes: readonly CollectedMetrics[];
  /** Content types of the requests so far. */
  readonly types: ReadonlySet<string>;
  /** Stops it, also in the middle of answers. */
  stop(): Promise<void>;
}

/** On any free port, or on the one that another had before. */
export const startCollector = async (port = 0): Promise<Collector> => {
  const spans: CollectedSpan[] = [];
  const pushes: CollectedMetrics[] = [];
  const types = new Set<string>();
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const type = String(request.headers['content-type']);
      types.add(type);
      const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      if (type === 'application/json') {
        const content = JSON.parse(text.toString()) as unknown;
        if (request.url === '/v1/traces') spans.push(...spansOf(content as TraceRequest));
        if (request.url === '/v1/metrics') pushes.push(...metricsOf(content as MetricRequest));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    spans,
    pushes,
    types,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(address.port)}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
