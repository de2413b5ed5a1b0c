/* The example for Python: its own checks, run by Python against this server. */
import { join } from 'node:path';
import { indexArticles, startPipeline } from '../acceptance/pipeline';
import type { TestApp } from '../harness/app';
import { describeNeeding } from '../harness/needing';
import { pythonMissing } from '../harness/python';
import { runProgram } from '../harness/run-program';

describeNeeding('the example for Python', pythonMissing(), () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startPipeline();
    await indexArticles(app.client);
  });
  afterAll(() => app.stop());

  test('passes its 23 checks', async () => {
    const { code, err } = await runProgram('python3', ['-B', '-m', 'unittest', '-v'], {
      cwd: join(__dirname, '../../examples/python'),
      env: { FLOWLEDGER_URL: app.url, FLOWLEDGER_KEY: app.keys.service },
    });
    if (code !== 0) throw new Error(err);
    expect(err).toMatch(/^Ran 23 tests in /m);
    expect(err).toMatch(/^OK$/m);
  });
});
