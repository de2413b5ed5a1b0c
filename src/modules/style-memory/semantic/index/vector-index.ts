import { CodeTable } from './code-table';

/** How near a paragraph is: the cosine of its nearest part. */
export interface Nearness {
  readonly contentHash: string;
  readonly cosine: number;
}

/** Codes say only about how near a vector is, so several times what is asked for is looked at. */
const candidatesAtLeast = 300;
const candidatesEach = 20;

/** Slots whose vectors lie in one array: an index that grows copies none of them. */
const chunkSlots = 4_096;

const nearestFirst = (left: Nearness, right: Nearness): number => right.cosine - left.cosine;

/**
 * The vectors of all paragraphs, searched by the signs of their numbers first and exact cosines of the
 * best few hundred then. Every vector has a slot; slots are kept without gaps.
 */
export class VectorIndex {
  private readonly codes: CodeTable;
  private readonly chunks: Int8Array[] = [];
  private readonly lengths: number[] = [];
  private readonly owners: string[] = [];
  private readonly slots = new Map<string, number[]>();

  constructor(readonly dimensions: number) {
    this.codes = new CodeTable(dimensions);
  }

  /** How many paragraphs there are. */
  get size(): number {
    return this.slots.size;
  }

  /** Takes in a paragraph by the rounded vectors of its parts, in place of what it had. */
  put(contentHash: string, parts: Int8Array): void {
    this.remove(contentHash);
    const slots: number[] = [];
    for (let from = 0; from < parts.length; from += this.dimensions) {
      const slot = this.owners.length;
      this.write(slot, parts.subarray(from, from + this.dimensions));
      this.owners.push(contentHash);
      slots.push(slot);
    }
    this.slots.set(contentHash, slots);
  }

  remove(contentHash: string): void {
    for (const slot of (this.slots.get(contentHash) ?? []).sort((a, b) => b - a)) this.free(slot);
    this.slots.delete(contentHash);
  }

  /** The `limit` nearest paragraphs, nearest first. */
  search(vector: Float32Array, limit: number): Nearness[] {
    const count = Math.max(candidatesAtLeast, candidatesEach * limit);
    const best = new Map<string, number>();
    for (const slot of this.codes.nearest(vector, this.owners.length, count)) {
      const owner = this.owners[slot] ?? '';
      const cosine = this.cosine(vector, slot);
      if (cosine > (best.get(owner) ?? -Infinity)) best.set(owner, cosine);
    }
    const found = [...best].map(([contentHash, cosine]) => ({ contentHash, cosine }));
    return found.sort(nearestFirst).slice(0, limit);
  }

  /** How near the given paragraphs are; those that are not here are left out. */
  score(vector: Float32Array, contentHashes: readonly string[]): Nearness[] {
    return contentHashes.flatMap((contentHash) => {
      const slots = this.slots.get(contentHash) ?? [];
      if (slots.length === 0) return [];
      const cosine = Math.max(...slots.map((slot) => this.cosine(vector, slot)));
      return [{ contentHash, cosine }];
    });
  }

  /** Of a vector of length 1 with the one in `slot`. */
  private cosine(vector: Float32Array, slot: number): number {
    const chunk = this.chunkOf(slot);
    const from = (slot % chunkSlots) * this.dimensions;
    let product = 0;
    for (let index = 0; index < this.dimensions; index += 1) {
      product += (vector[index] ?? 0) * (chunk[from + index] ?? 0);
    }
    return product / (this.lengths[slot] ?? 1);
  }

  private write(slot: number, vector: Int8Array): void {
    this.chunkOf(slot).set(vector, (slot % chunkSlots) * this.dimensions);
    let squares = 0;
    for (const value of vector) squares += value * value;
    this.lengths[slot] = Math.sqrt(squares) || 1;
    this.codes.put(slot, vector);
  }

  /** Puts the last slot's vector in its place. */
  private free(slot: number): void {
    const last = this.owners.length - 1;
    const owner = this.owners[last] ?? '';
    if (slot !== last) {
      const from = (last % chunkSlots) * this.dimensions;
      const vector = this.chunkOf(last).subarray(from, from + this.dimensions);
      this.chunkOf(slot).set(vector, (slot % chunkSlots) * this.dimensions);
      this.lengths[slot] = this.lengths[last] ?? 1;
      this.codes.move(last, slot);
      this.owners[slot] = owner;
      const slots = this.slots.get(owner) ?? [];
      slots[slots.indexOf(last)] = slot;
    }
    this.owners.pop();
    this.lengths.pop();
    const needed = Math.ceil(this.owners.length / chunkSlots);
    this.chunks.splice(needed + 1); // one more may be kept, so that none is made again and again
  }

  private chunkOf(slot: number): Int8Array {
    const index = Math.floor(slot / chunkSlots);
    const chunk = this.chunks[index] ?? new Int8Array(chunkSlots * this.dimensions);
    this.chunks[index] = chunk;
    return chunk;
  }
}
