import { LedgerReader } from '../../src/modules/ledger/ledger-reader';
import { SharedReads } from '../../src/modules/projector/shared-reads';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';

const calls = 20;
const largest = 900_000;

describe('what is read of the ledger at once for read models', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ env: { FLOWLEDGER_PARTS: 'api' } });
    const executionId = 'long';
    await app.client.command('start-execution', { executionId, topic: 'Long prompts' });
    for (let call = 0; call < calls; call += 1) {
      const { status } = await app.client.command('record-llm-call', {
        executionId,
        agent: 'writer',
        model: 'gpt-4o',
        inputTokens: 1,
        outputTokens: 1,
        durationSeconds: 1,
        metadata: { prompt: 'x'.repeat(largest) },
      });
      expect(status).toBe(200);
    }
  });

  afterAll(async () => {
    await app.stop();
  });

  it('fits into memory however large events are, and is all of it in the end', async () => {
    const reader = app.get(LedgerReader);
    const reads = new SharedReads(reader, 2_000);
    const end = await reader.end();
    const positions: bigint[] = [];
    let at = 0n;
    while (at < end) {
      const events = await reads.after(at);
      expect(JSON.stringify(events.map(({ data }) => data)).length).toBeLessThan(10_000_000);
      positions.push(...events.map(({ position }) => position));
      at = positions.at(-1) ?? end;
    }
    expect(positions).toEqual(Array.from({ length: Number(end) }, (_, index) => BigInt(index + 1)));
  });
});
