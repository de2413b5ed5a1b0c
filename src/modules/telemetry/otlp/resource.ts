import { hostname } from 'node:os';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';

/**
 * What spans and metrics are of: this process, in whichever thread. OTEL_SERVICE_NAME and
 * OTEL_RESOURCE_ATTRIBUTES go before what is known here.
 */
export const processResource = (): Resource => {
  const host = hostname();
  const known = resourceFromAttributes({
    'service.name': 'flowledger',
    'service.instance.id': `${host}-${process.pid}`,
    'host.name': host,
    'process.pid': process.pid,
  });
  const given = detectResources({ detectors: [envDetector] });
  return defaultResource().merge(known).merge(given);
};
