import { z } from 'zod';
import { shapes } from '../../projections/deployments/deployments.columns';
import type { Row } from '../../projections/deployments/deployments.columns';

const optionalText = z.string().nullable();

/** The answer of `GET /v1/deployments/<id>/report`. */
export const deploymentReportSchema = z
  .object({
    deploymentId: z.string(),
    status: z.string(),
    traffic: z.int().meta({ description: 'Percent' }),
    position: z.string().meta({ description: 'Everything up to here is in it' }),
    contentHash: z.string().meta({ description: 'SHA-256 of version, checklist and checks' }),
    plan: z.object({
      version: z.string(),
      flow: z.string(),
      previous: optionalText,
      notes: optionalText,
      plannedBy: z.string(),
      plannedAt: z.string(),
      plannerMaySign: z.boolean(),
      gates: shapes.gates,
    }),
    checklist: z.object({ ticked: z.int(), total: z.int(), items: shapes.checklist }),
    signOffs: shapes.signOffs,
    checks: shapes.checks,
    missing: shapes.missing,
    decision: shapes.decision,
    overrideRequest: shapes.overrideRequest,
    succession: z.object({
      liveAt: optionalText,
      endedAt: optionalText,
      supersedes: optionalText,
      supersededBy: optionalText,
    }),
    timeline: shapes.timeline,
  })
  .meta({ id: 'DeploymentReport' });

export type DeploymentReport = z.output<typeof deploymentReportSchema>;

/** What a row of `deployments` at a position says, in the order it is read in. */
export const reportOf = (row: Row, position: string): DeploymentReport => {
  const { deploymentId, status, traffic, contentHash, checklist } = row;
  const { version, flow, previous, notes, plannedBy, plannedAt, plannerMaySign, gates } = row;
  const { signOffs, checks, missing, decision, overrideRequest, timeline } = row;
  const { liveAt, endedAt, supersedes, supersededBy } = row;
  const ticked = checklist.filter((line) => line.ticked).length;
  return {
    deploymentId,
    status,
    traffic,
    position,
    contentHash,
    plan: { version, flow, previous, notes, plannedBy, plannedAt, plannerMaySign, gates },
    checklist: { ticked, total: checklist.length, items: checklist },
    signOffs,
    checks,
    missing,
    decision,
    overrideRequest,
    succession: { liveAt, endedAt, supersedes, supersededBy },
    timeline,
  };
};
