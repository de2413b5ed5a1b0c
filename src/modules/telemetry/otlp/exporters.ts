import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { OtlpProtocol } from '../../config/telemetry-settings';

/* Endpoint, headers, certificates, compression and timeout they read from the standard variables. */

export const spanExporter = (protocol: OtlpProtocol): SpanExporter =>
  protocol === 'http/json' ? new JsonTraces() : new ProtobufTraces();

export const metricExporter = (protocol: OtlpProtocol): PushMetricExporter =>
  protocol === 'http/json' ? new JsonMetrics() : new ProtobufMetrics();
