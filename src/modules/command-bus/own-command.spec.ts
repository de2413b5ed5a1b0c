import { Problem } from '../http/problem';
import type { Request } from './command-intake';
import type { Accepted } from './issued-command';
import { issueOwn } from './own-command';

const accepted = { stream: 'rebuild-1' } as Accepted;
const command = {
  name: 'fail-rebuild',
  body: { rebuildId: '1' },
  caller: { name: 'rebuilder', role: 'operator' } as const,
  correlationId: '1',
};

/** An intake that does as it is told, and remembers what it was given. */
const intakeThat = (answer: () => Promise<Accepted>) => {
  const taken: Request[] = [];
  const take = (request: Request): Promise<Accepted> => {
    taken.push(request);
    return answer();
  };
  return { taken, take };
};

const refusing = (code: string) => intakeThat(() => Promise.reject(new Problem(409, code, code)));

test('issues under no key and no deployment, and on any version where none is named', async () => {
  const intake = intakeThat(() => Promise.resolve(accepted));
  expect(await issueOwn(intake, command)).toBe(accepted);
  await issueOwn(intake, { ...command, ifMatch: 3, causationId: 'cause' });
  const shared = { ...command, idempotencyKey: null, deploymentId: null };
  expect(intake.taken).toEqual([
    { ...shared, ifMatch: null, causationId: null },
    { ...shared, ifMatch: 3, causationId: 'cause' },
  ]);
});

test('has nothing to do where somebody else was first', async () => {
  expect(await issueOwn(refusing('rebuild-ended'), command, ['rebuild-ended'])).toBeNull();
});

test('does not pass over any other refusal', async () => {
  const issuing = issueOwn(refusing('rebuild-unknown'), command, ['rebuild-ended']);
  await expect(issuing).rejects.toThrow('rebuild-unknown');
});
