import type { ApiClient } from '../cli/api-client';
import { writeAll } from '../cli/terminal';
import type { Output } from '../cli/terminal';
import { Failure } from '../cli/verb';
import { countsOf } from './event-counts';
import { LineFile } from './line-file';
import { sealedQueryOf } from './scope-flags';
import type { Scope } from './scope-flags';

/** Where exported lines go. */
export interface ExportSink {
  /** Events of the scope that are there already. */
  readonly held: number;
  /** The last of their positions; null where there is none. */
  readonly through: bigint | null;
  write(lines: string): Promise<void>;
  close(): Promise<void>;
}

/** The position of an exported line; undefined where it is none. */
export const positionOfLine = (line: string): bigint | undefined => {
  const [, digits] = /^\{"position":"(\d{1,18})",/.exec(line) ?? [];
  return digits === undefined ? undefined : BigInt(digits);
};

const beginning = '{"position":"';

/** Whether a text is how an exported line begins, as far as it goes. */
const beginsLine = (text: string): boolean =>
  text.startsWith(beginning) || beginning.startsWith(text);

export const outputSink = (output: Output): ExportSink => ({
  held: 0,
  through: null,
  write: (lines) => writeAll(output, lines),
  close: () => Promise.resolve(),
});

const lineAt = async (
  client: ApiClient,
  scope: Scope,
  position: string,
): Promise<string | null> => {
  const query = sealedQueryOf({ ...scope, fromPosition: position, toPosition: position });
  for await (const line of client.lines('/v1/events', query)) return line;
  return null;
};

/**
 * Up to where a file holds exactly the events of the scope; null for one that holds none.
 *
 * @throws Failure where it holds anything else.
 */
const throughOf = async (
  client: ApiClient,
  scope: Scope,
  path: string,
  { lines, last, half }: LineFile['content'],
): Promise<bigint | null> => {
  const other = (why: string): Failure =>
    new Failure(`${path} is no export of this scope, and is left as it is: ${why}`);
  if (!beginsLine(half)) throw other('it does not end with an event');
  if (last === null) return null;
  const through = positionOfLine(last);
  if (through === undefined) throw other('its last line is no event');
  if (through < BigInt(scope.fromPosition ?? 0)) throw other(`it ends at position ${through}`);
  const position = String(through);
  const whole = await countsOf(client, scope);
  const isWithin = through <= BigInt(whole.toPosition);
  if (!isWithin || (await lineAt(client, scope, position)) !== last) {
    throw other(`its last line is not what the scope has at position ${position}`);
  }
  const { total } = await countsOf(client, { ...scope, toPosition: position });
  if (total !== lines) throw other(`it has ${lines} lines, the scope ${total} events up to there`);
  return through;
};

/**
 * A file that is gone on with behind its last whole line. Half a line is dropped, once the lines
 * before it have turned out to be of this scope.
 *
 * @throws Failure where they are not.
 */
export const fileSink = async (
  client: ApiClient,
  scope: Scope,
  path: string,
): Promise<ExportSink> => {
  const file = await LineFile.open(path);
  try {
    const through = await throughOf(client, scope, path, file.content);
    const held = file.content.lines;
    await file.dropHalfLine();
    const write = (lines: string): Promise<void> => file.write(lines);
    return { held, through, write, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
};
