import { z } from 'zod';
import { areas } from './check';

const status = z.enum(['healthy', 'degraded', 'unhealthy']);

const check = z.object({
  status,
  detail: z.string().optional().meta({ description: 'Absent while all is well' }),
});

const health = z.object({ status, checks: z.record(z.string(), check) });

/** The answer of `/health/ready` and of each area. */
export const healthSchema = health.meta({ id: 'Health' });

/** The answer of `/health`. */
export const overallHealthSchema = health
  .extend({ areas: z.object(Object.fromEntries(areas.map((area) => [area, status.optional()]))) })
  .meta({ id: 'OverallHealth' });

/** The answer of `/health/live`. */
export const liveSchema = z.object({ status: z.literal('healthy'), pid: z.int() });
