import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { contentFlow, flowSchema } from '../../commands/execution/flow';
import type { FlowCatalogue } from '../../commands/execution/flow';

const flowFile = z.strictObject({ flows: z.array(flowSchema).min(1) });

/** A file of flows that cannot be used; the message names the file, the field and the fault. */
export class FlowFileError extends Error {}

const read = async (path: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    throw new FlowFileError(`FLOWLEDGER_FLOWS: cannot read ${path}: ${(error as Error).message}`);
  }
};

/**
 * The flows this process knows: `content`, and those of the file at `path`, which may also replace it.
 *
 * @throws FlowFileError with every fault of the file.
 */
export const readFlows = async (path: string | null): Promise<FlowCatalogue> => {
  const flows = new Map([[contentFlow.name, contentFlow]]);
  if (path === null) return flows;
  const parsed = flowFile.safeParse(await read(path));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new FlowFileError(`FLOWLEDGER_FLOWS: ${path}: ${faults.join('; ')}`);
  }
  const names = parsed.data.flows.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new FlowFileError(`FLOWLEDGER_FLOWS: ${path}: flow ${twice} is defined twice`);
  }
  for (const flow of parsed.data.flows) flows.set(flow.name, flow);
  return flows;
};
