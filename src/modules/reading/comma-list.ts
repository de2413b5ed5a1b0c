/** The items of a comma list. `\,` is a comma within an item, `\\` a backslash. */
export const itemsOf = (text: string): string[] => {
  const items: string[] = [];
  let item = '';
  for (const [piece] of text.matchAll(/\\[\\,]|[^]/gu)) {
    if (piece === ',') {
      items.push(item);
      item = '';
    } else item += /^\\./.test(piece) ? piece.slice(1) : piece;
  }
  return [...items, item];
};
