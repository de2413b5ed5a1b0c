import { z } from 'zod';
import { gateNames } from '../../events/execution.events';

const stageName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower-case letters, digits and _');

const stage = z.strictObject({
  name: stageName,
  /** Parts of the stage that may be reported one by one while it runs. */
  steps: z.array(stageName).default([]),
});

/** A flow is data: its ordered stages, and what an article needs to be published. */
export const flowSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'lower-case letters, digits, _ and -'),
    stages: z.array(stage).min(1),
    /** The lowest score, of 10, that may be published. */
    publishScore: z.number().min(0).max(10),
    requiredGates: z.array(z.enum(gateNames)),
    /** The stage at which a revision begins again. */
    revisionStage: stageName,
    maxRevisions: z.int().min(0),
    /** Seconds without any word after which a running execution is timed out. */
    silenceSeconds: z.number().positive(),
  })
  .superRefine((flow, context) => {
    const names = flow.stages.flatMap(({ name, steps }) => [name, ...steps]);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
      context.addIssue({ code: 'custom', path: ['stages'], message: `${twice} is named twice` });
    }
    if (!flow.stages.some(({ name }) => name === flow.revisionStage)) {
      context.addIssue({
        code: 'custom',
        path: ['revisionStage'],
        message: `${flow.revisionStage} is none of the stages`,
      });
    }
  });

export type Flow = z.output<typeof flowSchema>;
export type FlowCatalogue = ReadonlyMap<string, Flow>;

export const contentFlow: Flow = {
  name: 'content',
  stages: [
    { name: 'discover_topics', steps: [] },
    { name: 'editorial_review', steps: [] },
    { name: 'generate_content', steps: ['research', 'write', 'graphics'] },
    { name: 'quality_gate', steps: [] },
  ],
  publishScore: 8,
  requiredGates: [...gateNames],
  revisionStage: 'generate_content',
  maxRevisions: 3,
  silenceSeconds: 3_600,
};

/** Where a name stands in a flow: its stage, and whether it is a step within it. */
export const placeOf = (
  flow: Flow,
  name: string,
): { index: number; stage: Flow['stages'][number]; isStep: boolean } | undefined => {
  const index = flow.stages.findIndex(
    ({ name: stageName, steps }) => stageName === name || steps.includes(name),
  );
  const stage = flow.stages[index];
  return stage && { index, stage, isStep: stage.name !== name };
};

/** The stages from `index` on, with their steps: what a revision begins anew. */
export const namesFrom = (flow: Flow, index: number): string[] =>
  flow.stages.slice(index).flatMap(({ name, steps }) => [name, ...steps]);
