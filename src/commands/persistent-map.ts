type Entry<K, V> = readonly [K, V];

/** In a layer: what those before it have of this key counts no more. The first layer has none. */
const gone = Symbol('gone');

type Layer<K, V> = ReadonlyMap<K, V | typeof gone>;

/**
 * A map that never changes: with more entries, or fewer, it is another map, and both hold. Its entries lie in
 * layers, each of at least twice as many as the next; new ones take in the layers that have become too
 * small. So one of n entries that came one by one was copied log n times, and not n times
 * (J. L. Bentley, J. B. Saxe, "Decomposable searching problems", 1980).
 *
 * For the states of deciders, which are folded event by event.
 */
export class PersistentMap<K, V extends string | number | object> implements Iterable<Entry<K, V>> {
  private constructor(private readonly layers: readonly Layer<K, V>[]) {}

  static empty<K, V extends string | number | object>(): PersistentMap<K, V> {
    return new PersistentMap<K, V>([]);
  }

  get isEmpty(): boolean {
    return this.layers.length === 0;
  }

  get(key: K): V | undefined {
    for (let index = this.layers.length - 1; index >= 0; index -= 1) {
      const value = this.layers[index]?.get(key);
      if (value !== undefined) return value === gone ? undefined : value;
    }
    return undefined;
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** This map with `entries`, in the place of those that it has of their keys. */
  with(entries: Iterable<Entry<K, V>>): PersistentMap<K, V> {
    return this.over(new Map(entries));
  }

  /** This map without the entry of `key`. */
  without(key: K): PersistentMap<K, V> {
    return this.has(key) ? this.over(new Map([[key, gone]])) : this;
  }

  /** Every entry, in the order in which their keys came; one that was gone may have kept its place. */
  *[Symbol.iterator](): Generator<Entry<K, V>> {
    for (const [key, value] of new Map(this.layers.flatMap((layer) => [...layer]))) {
      if (value !== gone) yield [key, value];
    }
  }

  private over(layer: Map<K, V | typeof gone>): PersistentMap<K, V> {
    let added = layer;
    if (added.size === 0) return this;
    let kept = this.layers.length;
    for (; kept > 0; kept -= 1) {
      const last = this.layers[kept - 1];
      if (last === undefined || last.size >= 2 * added.size) break;
      added = new Map([...last, ...added]);
    }
    if (kept === 0) for (const [key, value] of added) if (value === gone) added.delete(key);
    return new PersistentMap(added.size === 0 ? [] : [...this.layers.slice(0, kept), added]);
  }
}
