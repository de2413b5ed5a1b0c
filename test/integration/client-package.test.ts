/*
 * The client as others use it: by its package name, from what `npm run build` made, in a process of
 * its own that ends in whatever way.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ts from 'typescript';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';

const root = join(__dirname, '../..');
const [, example = ''] =
  /## Use it from TypeScript\n+```ts\n(.*?)```/s.exec(
    readFileSync(join(root, 'README.md'), 'utf8'),
  ) ?? [];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

/** Runs a program within this package, where `flowledger/client` is what was built. */
const run = (program: string) => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: root,
    env: { PATH: process.env['PATH'], FLOWLEDGER_URL: app.url, FLOWLEDGER_KEY: app.keys.service },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], out, err]) => ({
      code: code as unknown,
      signal: signal as unknown,
      out,
      err,
    }),
  );
  return { child, ended };
};

/** A program that has five calls waiting which nothing but the end of the process would send. */
const waiting = (executionId: string, ending: string): string => `
import { Flowledger } from 'flowledger/client';
const client = new Flowledger({
  url: process.env.FLOWLEDGER_URL,
  key: process.env.FLOWLEDGER_KEY,
  batch: { ageMilliseconds: ${ending === '' ? 1 : 600_000} },
});
const executionId = '${executionId}';
await client.command('start-execution', { executionId });
for (let inputTokens = 0; inputTokens < 5; inputTokens += 1) {
  const call = { executionId, agent: 'writer', model: 'gpt-4o', inputTokens };
  client.recordCall({ ...call, outputTokens: 1, durationSeconds: 1 }).catch(console.error);
}
${ending}`;

const callsOf = async (executionId: string): Promise<unknown> => {
  const { body } = await app.client.get<{ events: { type: string }[] }>(
    `/v1/streams/execution-${executionId}`,
  );
  return body.events.filter(({ type }) => type === 'LlmCallRecorded').length;
};

describe('the example in the README', () => {
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });

  test('says what it is to say', async () => {
    const { code, out, err } = await run(outputText).ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('running, 3 calls, 0.021 USD\n');
  });

  test('is right by the types that the package ships', () => {
    const file = join(root, 'readme-example.mts');
    const options: ts.CompilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      module: ts.ModuleKind.Node20,
      target: ts.ScriptTarget.ES2022,
    };
    const check = (code: string): string[] => {
      const host = ts.createCompilerHost(options);
      const fileExists = host.fileExists.bind(host);
      const getSourceFile = host.getSourceFile.bind(host);
      host.fileExists = (name) => name === file || fileExists(name);
      host.getSourceFile = (name, languageVersion) =>
        name === file
          ? ts.createSourceFile(name, code, languageVersion)
          : getSourceFile(name, languageVersion);
      return ts
        .getPreEmitDiagnostics(ts.createProgram([file], options, host))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    };
    expect(check(example)).toEqual([]);
    expect(check(example.replace('inputTokens:', 'input_tokens:')).join()).toMatch(/input_tokens/);
  });
});

describe('a process with calls that wait', () => {
  test('has recorded them when it ends by itself', async () => {
    expect(await run(waiting('by-itself', '')).ended).toEqual({
      code: 0,
      signal: null,
      out: '',
      err: '',
    });
    expect(await callsOf('by-itself')).toBe(5);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('records them before %s ends it', async (signal) => {
    const { child, ended } = run(waiting(signal, 'console.log("waiting");'));
    await once(child.stdout, 'readable');
    child.kill(signal);
    expect(await ended).toMatchObject({ code: null, signal });
    expect(await callsOf(signal)).toBe(5);
  });

  test.each(['on', 'once'])(
    'leaves the end to whoever handles the signal too, by %s',
    async (by) => {
      const executionId = `handled-${by}`;
      const atFirst = `
      process.${by}('SIGTERM', async () => {
        await client.flush();
        await new Promise((resolve) => setTimeout(resolve, 100)); // as what else it was at takes
        const call = { executionId: '${executionId}', agent: 'writer', model: 'gpt-4o', inputTokens: 1 };
        client.recordCall({ ...call, outputTokens: 1, durationSeconds: 1 });
        await client.close();
        process.exit(3);
      });`;
      const program = atFirst + waiting(executionId, 'console.log("waiting");');
      const { child, ended } = run(program);
      await once(child.stdout, 'readable');
      child.kill('SIGTERM');
      expect(await ended).toMatchObject({ code: 3, err: '' });
      expect(await callsOf(executionId)).toBe(6);
    },
  );

  test('takes a signal that comes twice at once for one, as from npm and its terminal', async () => {
    const { child, ended } = run(waiting('echoed', 'console.log("waiting");'));
    await once(child.stdout, 'readable');
    child.kill('SIGINT');
    child.kill('SIGTERM'); // not SIGINT again: two that are pending are one
    expect(await ended).toMatchObject({ code: null });
    expect(await callsOf('echoed')).toBe(5);
  });

  test('does not hold back a second signal', async () => {
    const nobody = `
      const lost = new Flowledger({ url: 'http://127.0.0.1:9', key: 'k' });
      lost.recordCall({}).catch(() => undefined);
      console.log('waiting');`;
    const { child, ended } = run(waiting('stuck', nobody));
    await once(child.stdout, 'readable');
    await eventually('it ends', () => {
      child.kill('SIGTERM');
      return child.signalCode;
    });
    expect(await ended).toMatchObject({
      code: null,
      signal: 'SIGTERM',
      err: expect.stringMatching(/\d model calls that are not known to be recorded/) as unknown,
    });
  });

  test('ends by a signal though it never stops to record calls', async () => {
    const busy = `
      const call = { executionId, agent: 'writer', model: 'gpt-4o', inputTokens: 1 };
      const record = async () => {
        for (;;) await client.recordCall({ ...call, outputTokens: 1, durationSeconds: 1 });
      };
      record();
      record();
      console.log('waiting');`;
    const { child, ended } = run(waiting('busy', busy).replace('600000', '1'));
    await once(child.stdout, 'readable');
    await eventually('calls are recorded', async () => Number(await callsOf('busy')) > 5);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test('is told to have lost them where it is ended at once', async () => {
    const { code, err } = await run(waiting('at-once', 'process.exit(0);')).ended;
    expect(code).toBe(0);
    expect(err).toMatch(/5 model calls that are not known to be recorded; await close\(\)/);
  });
});
