import type { Measurement } from '../measurement';
import { bulk } from './bulk';
import { commands } from './commands';
import { latency } from './latency';
import { projector } from './projector';
import { relay } from './relay';
import { startup } from './startup';
import { visibleByKafka, visibleByLedger } from './visible';

/** Everything that is measured, in this order: what needs no broker comes before one runs. */
export const measurements: readonly Measurement[] = [
  startup,
  commands,
  bulk,
  latency,
  visibleByLedger,
  visibleByKafka,
  relay,
  projector,
];
