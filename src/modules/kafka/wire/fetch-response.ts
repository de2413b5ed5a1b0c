/** A message as kafkajs hands it on. */
interface DecodedMessage {
  readonly magicByte: 2;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | (Buffer | null)[] | null>;
  readonly isControlRecord: false;
}

interface DecodedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly DecodedMessage[];
}

/** What kafkajs expects a fetch response, version 11, to be decoded to. */
export interface FetchResponse {
  readonly throttleTime: 0;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly DecodedPartition[];
  }[];
}

/** Bytes that only kafkajs's own decoder knows: compressed, transactional, of an old format. */
class Unusual extends Error {}

class ByteReader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
    readonly end: number,
  ) {}

  get left(): number {
    return this.end - this.at;
  }

  int8(): number {
    this.at += 1;
    return this.bytes.readInt8(this.at - 1);
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  int64(): bigint {
    this.at += 8;
    return this.bytes.readBigInt64BE(this.at - 8);
  }

  /** Up to 53 bits, which lengths, offsets within a batch and milliseconds within it stay below. */
  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] ?? 0;
    let raw = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = bytes[this.at++] ?? 0;
      raw += (byte & 0x7f) * scale;
    }
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  text(length: number): string {
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  /** `likely` where that is what stands here, which costs no new text. */
  likelyText(length: number, likely: string | undefined): string {
    if (likely?.length !== length) return this.text(length);
    for (let index = 0; index < length; index += 1) {
      if (this.bytes[this.at + index] !== likely.charCodeAt(index)) return this.text(length);
    }
    this.at += length;
    return likely;
  }

  field(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  within(length: number): ByteReader {
    return new ByteReader(this.bytes, this.at, this.at + length);
  }
}

/** `names` has the names of the message before: most messages of a topic have the same. */
const readHeaders = (from: ByteReader, names: string[]): DecodedMessage['headers'] => {
  const headers: DecodedMessage['headers'] = {};
  const count = from.varint();
  for (let index = 0; index < count; index += 1) {
    const name = from.likelyText(from.varint(), names[index]);
    names[index] = name;
    const value = from.field();
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else headers[name] = Array.isArray(before) ? [...before, value] : [before, value];
  }
  return headers;
};

const readBatch = (from: ByteReader, firstOffset: bigint, into: DecodedMessage[]): void => {
  from.int32(); // leader's epoch
  if (from.int8() !== 2) throw new Unusual();
  from.int32(); // checksum, which kafkajs does not verify either
  if ((from.int16() & 0b11_0111) !== 0) throw new Unusual(); // codec, transaction, control
  from.int32(); // last offset delta
  const firstTimestamp = from.int64();
  from.at += 22; // last timestamp, producer's id, epoch and sequence
  const names: string[] = [];
  for (let left = from.int32(); left > 0; left -= 1) {
    const length = from.varint();
    const end = from.at + length;
    const attributes = from.int8();
    const timestamp = String(firstTimestamp + BigInt(from.varint()));
    const offset = String(firstOffset + BigInt(from.varint()));
    const key = from.field();
    const value = from.field();
    const headers = readHeaders(from, names);
    from.at = end;
    into.push({
      magicByte: 2,
      attributes,
      timestamp,
      offset,
      key,
      value,
      headers,
      isControlRecord: false,
    });
  }
};

const readMessages = (from: ByteReader): DecodedMessage[] => {
  const messages: DecodedMessage[] = [];
  // The last batch may be cut off where the response has reached its size: it comes again.
  while (from.left >= 12) {
    const firstOffset = from.int64();
    const length = from.int32();
    if (from.left < length) break;
    readBatch(from.within(length), firstOffset, messages);
    from.at += length;
  }
  return messages;
};

const readPartition = (from: ByteReader): DecodedPartition => {
  const partition = from.int32();
  const errorCode = from.int16();
  const highWatermark = String(from.int64());
  const lastStableOffset = String(from.int64());
  const lastStartOffset = String(from.int64());
  if (from.int32() > 0) throw new Unusual(); // aborted transactions
  const preferredReadReplica = from.int32();
  const size = Math.max(0, from.int32());
  const messages = readMessages(from.within(size));
  from.at += size;
  return {
    partition,
    errorCode,
    highWatermark,
    lastStableOffset,
    lastStartOffset,
    abortedTransactions: [],
    preferredReadReplica,
    messages,
  };
};

const readMany = <T>(from: ByteReader, read: (from: ByteReader) => T): T[] =>
  Array.from({ length: Math.max(0, from.int32()) }, () => read(from));

/**
 * A fetch response, version 11, decoded to what kafkajs makes of it (a spec compares), but without
 * copying a message's headers once for each header; null where it holds what only kafkajs's own
 * decoder knows.
 *
 * Source: Kafka protocol guide, "Fetch API" and "Record Batch" (kafka.apache.org/protocol).
 */
export const decodeFetch = (payload: Buffer): FetchResponse | null => {
  const from = new ByteReader(payload, 0, payload.length);
  try {
    return {
      throttleTime: 0,
      clientSideThrottleTime: from.int32(),
      errorCode: from.int16(),
      sessionId: from.int32(),
      responses: readMany(from, () => ({
        topicName: from.text(from.int16()),
        partitions: readMany(from, readPartition),
      })),
    };
  } catch (error) {
    if (error instanceof Unusual) return null;
    throw error;
  }
};
