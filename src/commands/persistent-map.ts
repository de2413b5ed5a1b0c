type Entry<K, V> = readonly [K, V];

/**
 * A map that never changes: with more entries it is another map, and both hold. Its entries lie in
 * layers, each of at least twice as many as the next; new ones take in the layers that have become too
 * small. So one of n entries that came one by one was copied log n times, and not n times
 * (J. L. Bentley, J. B. Saxe, "Decomposable searching problems", 1980).
 *
 * For the states of deciders, which are folded event by event.
 */
export class PersistentMap<K, V extends string | number | object> implements Iterable<Entry<K, V>> {
  private constructor(private readonly layers: readonly ReadonlyMap<K, V>[]) {}

  static empty<K, V extends string | number | object>(): PersistentMap<K, V> {
    return new PersistentMap<K, V>([]);
  }

  get isEmpty(): boolean {
    return this.layers.length === 0;
  }

  get(key: K): V | undefined {
    for (let index = this.layers.length - 1; index >= 0; index -= 1) {
      const value = this.layers[index]?.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** This map with `entries`, in the place of those that it has of their keys. */
  with(entries: Iterable<Entry<K, V>>): PersistentMap<K, V> {
    let added: ReadonlyMap<K, V> = new Map(entries);
    if (added.size === 0) return this;
    let kept = this.layers.length;
    for (; kept > 0; kept -= 1) {
      const last = this.layers[kept - 1];
      if (last === undefined || last.size >= 2 * added.size) break;
      added = new Map([...last, ...added]);
    }
    return new PersistentMap([...this.layers.slice(0, kept), added]);
  }

  /** Every entry, in the order in which their keys came. */
  [Symbol.iterator](): Iterator<Entry<K, V>> {
    return new Map(this.layers.flatMap((layer) => [...layer]))[Symbol.iterator]();
  }
}
