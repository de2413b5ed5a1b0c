import { Unreachable } from '../cli/api-client';
import { ExportRun } from './export-run';
import type { ExportSink } from './export-sink';

const lineAt = (position: number): string => `{"position":"${String(position)}","type":"A"}`;

const bounds = { fromPosition: '1', toPosition: '9', total: 9, types: { A: 9 } };

/** A server that gives out at most `atOnce` lines before the connection breaks. */
const serverOf = (atOnce: number) => {
  const asked: string[] = [];
  async function* lines(_path: string, query: Readonly<Record<string, string>>) {
    asked.push(query['fromPosition'] ?? '');
    await Promise.resolve();
    const from = Number(query['fromPosition']);
    for (let position = from; position <= 9; position += 1) {
      if (position === from + atOnce) throw new Unreachable('http://there', new Error('broken'));
      yield lineAt(position);
    }
  }
  return { asked, lines };
};

const sinkFrom = (through: bigint | null) => {
  const written: string[] = [];
  const sink: ExportSink = {
    held: 0,
    through,
    write: (text) => Promise.resolve(void written.push(text)),
    close: () => Promise.resolve(),
  };
  return { written, sink };
};

const running = { signal: new AbortController().signal, advanced: () => undefined };

describe('an export', () => {
  it('goes on behind the last line that came when the connection breaks', async () => {
    const { asked, lines } = serverOf(5);
    const { written, sink } = sinkFrom(null);
    // At a rate lines are written as they come, and not only when many are there.
    const run = new ExportRun({ lines }, sink, { ...running, perSecond: 4 });
    await run.write({}, bounds);
    expect(written.join('')).toBe(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((position) => `${lineAt(position)}\n`).join(''),
    );
    expect(asked).toEqual(['1', '6']);
    expect(run.written).toBe(9);
  });

  it('begins behind what is there already', async () => {
    const { asked, lines } = serverOf(100);
    const { written, sink } = sinkFrom(7n);
    await new ExportRun({ lines }, sink, { ...running, perSecond: null }).write({}, bounds);
    expect(asked).toEqual(['8']);
    expect(written).toEqual([`${lineAt(8)}\n${lineAt(9)}\n`]);
  });

  it('writes nothing more once it is told to stop', async () => {
    const stop = new AbortController();
    const { lines } = serverOf(100);
    const { written, sink } = sinkFrom(null);
    const advanced = (): void => stop.abort();
    const manner = { signal: stop.signal, advanced, perSecond: 1 };
    await new ExportRun({ lines }, sink, manner).write({}, bounds);
    expect(written).toEqual([`${lineAt(1)}\n`]);
  });

  it('fails with what the server says', async () => {
    async function* lines(): AsyncGenerator<string> {
      await Promise.resolve();
      yield lineAt(1);
      throw new Error('refused');
    }
    const { sink } = sinkFrom(null);
    const run = new ExportRun({ lines }, sink, { ...running, perSecond: null });
    await expect(run.write({}, bounds)).rejects.toThrow('refused');
  });
});
