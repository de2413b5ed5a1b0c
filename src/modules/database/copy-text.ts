/** A column of a row as COPY gives it: PostgreSQL's own text of the value, or null. */
export type Field = string | null;

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const unescaped = (field: string): string =>
  field.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);

const fieldOf = (field: string): Field => {
  if (!field.includes('\\')) return field;
  return field === '\\N' ? null : unescaped(field);
};

/** One line of COPY's text format (PostgreSQL manual, "COPY", File Formats). */
export const fieldsOf = (line: string): Field[] => line.split('\t').map(fieldOf);

/** The rows in a stream of COPY's text format, as many at a time as arrive together. */
export async function* copiedRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<Field[][]> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0x0a);
    if (end < 0) {
      begun.push(chunk);
      continue;
    }
    const lines = Buffer.concat([...begun, chunk.subarray(0, end)]).toString('utf8');
    begun = [chunk.subarray(end + 1)];
    yield lines.split('\n').map(fieldsOf);
  }
}
