/** One request of many that are asked in turn. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON; empty for none. */
  readonly body: string;
}

export interface Server {
  readonly url: string;
  readonly key: string;
}

/** The given requests one after the other, and again from the first. ASCII. */
export const inTurn = (
  { url, key }: Server,
  asked: readonly Asked[],
): ((index: number) => string) => {
  const head = `Host: ${new URL(url).host}\r\nAuthorization: Bearer ${key}\r\n`;
  const texts = asked.map(({ method, path, body }) => {
    const length = String(Buffer.byteLength(body));
    const content =
      body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;
    return `${method} ${path} HTTP/1.1\r\n${head}${content}\r\n${body}`;
  });
  return (index) => texts[index % texts.length] ?? '';
};
