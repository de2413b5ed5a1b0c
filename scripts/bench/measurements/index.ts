import type { Measurement } from '../measurement';
import { archive } from './archive';
import { asOf } from './as-of';
import { bulk } from './bulk';
import { calibration } from './calibration';
import { client } from './client';
import { commands } from './commands';
import { dashboard } from './dashboard';
import { latency } from './latency';
import { pricing } from './pricing';
import { projector } from './projector';
import { rebuild } from './rebuild';
import { rebuildBeside } from './rebuild-beside';
import { relay } from './relay';
import { repricing } from './repricing';
import { retrieval } from './retrieval';
import { rollback } from './rollback';
import { startup } from './startup';
import { style } from './style';
import { totals } from './totals';
import { tracing } from './tracing';
import { verify } from './verify';
import { visibleByKafka, visibleByLedger } from './visible';

/** Everything that is measured, in this order: what needs no broker comes before one runs. */
export const measurements: readonly Measurement[] = [
  startup,
  commands,
  bulk,
  client,
  pricing,
  latency,
  tracing,
  visibleByLedger,
  dashboard,
  style,
  totals,
  verify,
  archive,
  repricing,
  rollback,
  rebuild,
  asOf,
  rebuildBeside,
  retrieval,
  calibration,
  visibleByKafka,
  relay,
  projector,
];
