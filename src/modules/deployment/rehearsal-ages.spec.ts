import type { DataSource } from 'typeorm';
import type { CommandIntake, Request } from '../command-bus/command-intake';
import type { Settings } from '../config/settings';
import { Problem } from '../http/problem';
import { RehearsalAges } from './rehearsal-ages';

const overdue = [
  { deploymentId: 'd1', days: 31.001, version: 7 },
  { deploymentId: 'd2', days: 40, version: 9 },
];

const agesWith = (take: (request: Request) => Promise<unknown>) =>
  new RehearsalAges(
    { query: () => Promise.resolve(overdue) } as unknown as DataSource,
    { sweepSeconds: 60 } as unknown as Settings,
    { take } as unknown as CommandIntake,
  );

test('a rehearsal that is too old is taken back from the deployment as the read model has it', async () => {
  const taken: Request[] = [];
  await agesWith((request) => Promise.resolve(taken.push(request))).see();
  expect(taken).toMatchObject([
    { name: 'record-check', ifMatch: 7, body: { deploymentId: 'd1', measured: 31 } },
    { name: 'record-check', ifMatch: 9, body: { deploymentId: 'd2', measured: 40 } },
  ]);
});

test('nothing is said of one that has changed since, and the others are seen to', async () => {
  const tried: unknown[] = [];
  const refuse = ({ body }: Request): Promise<never> => {
    tried.push(body);
    return Promise.reject(new Problem(412, 'version-mismatch', 'deployment-d1 is at version 8'));
  };
  await agesWith(refuse).see();
  expect(tried).toHaveLength(2);
});

test('what goes wrong otherwise is no secret', async () => {
  const fail = () => Promise.reject(new Problem(503, 'unavailable', 'the ledger is away'));
  await expect(agesWith(fail).see()).rejects.toThrow('the ledger is away');
});

test('ages are looked at now and then', async () => {
  const taken: Request[] = [];
  const ages = agesWith((request) => Promise.resolve(taken.push(request)));
  await ages.see();
  await ages.see();
  expect(taken).toHaveLength(overdue.length);
});
