import { hammingDistancesIn } from './hamming-kernel';
import type { HammingDistances } from './hamming-kernel';

const pageBytes = 65_536;

/** Distances that are looked at to find how near the nearest few are. */
const sampledAtMost = 20_000;

/**
 * The signs of vectors, a bit for each number, by slot. Vectors that point the same way share most
 * signs, so those with the fewest differing bits hold the nearest ones (Charikar 2002), and counting
 * bits is some thirty times faster than cosines.
 */
export class CodeTable {
  private readonly memory = new WebAssembly.Memory({ initial: 1 });
  private readonly distances: HammingDistances = hammingDistancesIn(this.memory);
  private readonly codeBytes: number;
  private capacity = 0;

  constructor(private readonly dimensions: number) {
    this.codeBytes = 16 * Math.ceil(dimensions / 128);
  }

  /** Writes the code of a vector into `slot`. */
  put(slot: number, vector: Int8Array): void {
    this.makeRoom(slot + 1);
    this.write(this.addressOf(slot), vector);
  }

  move(from: number, to: number): void {
    const [source, target] = [this.addressOf(from), this.addressOf(to)];
    new Uint8Array(this.memory.buffer).copyWithin(target, source, source + this.codeBytes);
  }

  /** About `count` of the first `size` slots, those whose codes differ least from that of `vector`. */
  nearest(vector: Float32Array, size: number, count: number): number[] {
    if (size === 0) return [];
    this.makeRoom(size);
    this.write(0, vector);
    const codes = this.addressOf(0);
    const end = this.addressOf(size);
    const target = this.addressOf(this.capacity);
    this.distances(0, this.codeBytes, codes, end, target);
    const distances = new Uint16Array(this.memory.buffer, target, size);
    const limit = this.limitFor(distances, count);
    const found: number[] = [];
    for (let slot = 0; slot < size; slot += 1) {
      if ((distances[slot] ?? 0) <= limit) found.push(slot);
    }
    return found;
  }

  /** The least distance within which there are `count` slots, as far as a sample of them tells. */
  private limitFor(distances: Uint16Array, count: number): number {
    const numbers = new Uint32Array(8 * this.codeBytes + 1);
    const step = Math.ceil(distances.length / sampledAtMost);
    for (let slot = 0; slot < distances.length; slot += step) {
      const distance = distances[slot] ?? 0;
      numbers[distance] = (numbers[distance] ?? 0) + 1;
    }
    let within = 0;
    for (const [distance, number] of numbers.entries()) {
      within += number;
      if (within * step >= count) return distance;
    }
    return numbers.length;
  }

  private write(address: number, vector: Int8Array | Float32Array): void {
    const code = new Uint8Array(this.memory.buffer, address, this.codeBytes).fill(0);
    for (let index = 0; index < this.dimensions; index += 1) {
      if ((vector[index] ?? 0) >= 0) continue;
      code[index >> 3] = (code[index >> 3] ?? 0) | (1 << (index & 7));
    }
  }

  /** The query's code comes first, then those of the slots, then a distance for each. */
  private addressOf(slot: number): number {
    return (slot + 1) * this.codeBytes;
  }

  private makeRoom(slots: number): void {
    if (slots <= this.capacity) return;
    this.capacity = Math.max(slots, Math.ceil(this.capacity * 1.5), 1_024);
    const bytes = this.addressOf(this.capacity) + 2 * this.capacity;
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
  }
}
