interface Message {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

export type Piece = Message | { readonly comment: string };

const pieceOf = (block: string): Piece | undefined => {
  const fields = new Map<string, string[]>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  const data = fields.get('data');
  if (data !== undefined) {
    const [id = null] = fields.get('id') ?? [];
    const [event = 'message'] = fields.get('event') ?? [];
    return { id, event, data: data.join('\n') };
  }
  const [comment] = fields.get('') ?? [];
  return comment === undefined ? undefined : { comment };
};

/**
 * Takes the text of server-sent events as it arrives, in any pieces, and gives what is whole of it
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
export const messageParser = (): ((text: string) => Piece[]) => {
  let rest = '';
  return (text) => {
    const blocks = (rest + text).replace(/\r\n?/g, '\n').split('\n\n');
    rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => pieceOf(block) ?? []);
  };
};
