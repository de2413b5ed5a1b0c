const zigZag = (value: number): number => (value << 1) ^ (value >> 31);

const varintSize = (encoded: number): number => {
  if (encoded < 0x80) return 1;
  if (encoded < 0x4000) return 2;
  if (encoded < 0x200000) return 3;
  return encoded < 0x10000000 ? 4 : 5;
};

/** Writes what Kafka's protocol is made of into one growing buffer. */
export class ByteWriter {
  private bytes: Buffer;
  private at = 0;

  constructor(expectedBytes: number) {
    this.bytes = Buffer.allocUnsafe(Math.max(512, expectedBytes));
  }

  get length(): number {
    return this.at;
  }

  /** What is written so far; not a copy. */
  written(from = 0): Buffer {
    return this.bytes.subarray(from, this.at);
  }

  int8(value: number): this {
    this.room(1);
    this.at = this.bytes.writeInt8(value, this.at);
    return this;
  }

  int16(value: number): this {
    this.room(2);
    this.at = this.bytes.writeInt16BE(value, this.at);
    return this;
  }

  int32(value: number): this {
    this.room(4);
    this.at = this.bytes.writeInt32BE(value, this.at);
    return this;
  }

  int64(value: bigint): this {
    this.room(8);
    this.at = this.bytes.writeBigInt64BE(value, this.at);
    return this;
  }

  /** Puts a number where `int32` has left room for it. */
  int32At(place: number, value: number): void {
    this.bytes.writeInt32BE(value, place);
  }

  uint32At(place: number, value: number): void {
    this.bytes.writeUInt32BE(value, place);
  }

  /** With its length before it as two bytes. */
  shortText(text: string): this {
    const bytes = Buffer.from(text);
    return this.int16(bytes.length).raw(bytes);
  }

  raw(bytes: Uint8Array): this {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return this;
  }

  varint(value: number): this {
    this.room(5);
    this.at = this.varintAt(this.at, zigZag(value));
    return this;
  }

  /** Text, bytes or nothing, with the length before it as a varint. */
  field(value: string | Uint8Array | null | undefined): this {
    if (value === null || value === undefined) return this.varint(-1);
    if (typeof value !== 'string') return this.varint(value.length).raw(value);
    this.room(5 + 3 * value.length);
    return this.sized(value.length, () => {
      this.at += this.bytes.write(value, this.at, 'utf8');
    });
  }

  /** Whatever `write` writes, with its length before it as a varint; `guess` saves moving it. */
  sized(guess: number, write: () => void): this {
    this.room(5);
    const start = this.at;
    const guessed = varintSize(zigZag(guess));
    this.at = start + guessed;
    write();
    const length = this.at - start - guessed;
    const encoded = zigZag(length);
    const needed = varintSize(encoded);
    if (needed !== guessed) {
      this.room(5);
      this.bytes.copyWithin(start + needed, start + guessed, this.at);
      this.at = start + needed + length;
    }
    this.varintAt(start, encoded);
    return this;
  }

  private varintAt(place: number, encoded: number): number {
    let rest = encoded >>> 0;
    let at = place;
    while (rest >= 0x80) {
      this.bytes[at] = (rest & 0x7f) | 0x80;
      at += 1;
      rest >>>= 7;
    }
    this.bytes[at] = rest;
    return at + 1;
  }

  private room(more: number): void {
    const needed = this.at + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}
