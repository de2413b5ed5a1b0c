import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentFlow } from '../../commands/execution/flow';
import { FlowFileError, readFlows } from './flow-file';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flows-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const news = {
  name: 'news',
  stages: [{ name: 'write', steps: [] }],
  publishScore: 7,
  requiredGates: [],
  revisionStage: 'write',
  maxRevisions: 1,
  silenceSeconds: 600,
};

const file = async (content: unknown): Promise<string> => {
  const path = join(folder, 'flows.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const faultOf = async (content: unknown): Promise<string> => {
  const error: unknown = await readFlows(await file(content)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FlowFileError);
  return (error as Error).message;
};

test('without a file there is the flow content', async () => {
  expect([...(await readFlows(null))]).toEqual([['content', contentFlow]]);
});

test('a file adds flows to it', async () => {
  const flows = await readFlows(await file({ flows: [news] }));
  expect([...flows.keys()]).toEqual(['content', 'news']);
  expect(flows.get('news')).toEqual(news);
});

test('a file may put another in its place', async () => {
  const mine = { ...news, name: 'content' };
  expect((await readFlows(await file({ flows: [mine] }))).get('content')).toEqual(mine);
});

test('a file that is not there, or no JSON, is named', async () => {
  await expect(readFlows(join(folder, 'none.json'))).rejects.toThrow(
    /^FLOWLEDGER_FLOWS: cannot read .*none\.json/,
  );
  expect(await faultOf('flows: []')).toMatch(/^FLOWLEDGER_FLOWS: cannot read .*flows\.json/);
});

test('every fault is told with its field', async () => {
  const broken = { ...news, publishScore: 11, revisionStage: 'rewrite' };
  expect(await faultOf({ flows: [news, broken] })).toMatch(/flows\.1\.publishScore: /);
  expect(await faultOf({ flows: [] })).toMatch(/flows: /);
  expect(await faultOf({})).toMatch(/flows: /);
});

test('a flow that is defined twice is refused', async () => {
  expect(await faultOf({ flows: [news, news] })).toMatch(/flow news is defined twice/);
});
