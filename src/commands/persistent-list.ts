/**
 * A list that never changes: with one more at its end it is another list, and both hold. Those made of each
 * other share an array, of which each has the first ones; it is copied where another has gone on already.
 *
 * For the states of deciders, which are folded event by event.
 */
export class PersistentList<T extends object> implements Iterable<T> {
  private constructor(
    private readonly shared: T[],
    private readonly length: number,
  ) {}

  static empty<T extends object>(): PersistentList<T> {
    return new PersistentList<T>([], 0);
  }

  /** This list with `last` at its end. */
  with(last: T): PersistentList<T> {
    const own = this.shared.length === this.length ? this.shared : [...this];
    own.push(last);
    return new PersistentList(own, this.length + 1);
  }

  *[Symbol.iterator](): Generator<T> {
    let index = 0;
    for (const one of this.shared) {
      if (index === this.length) return;
      index += 1;
      yield one;
    }
  }
}
