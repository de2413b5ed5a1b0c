/* What is reached into of kafkajs, whose version is pinned; see quiet-queue.ts and wire/. */

declare module 'kafkajs/src/network/requestQueue' {
  class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  }
  export = RequestQueue;
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C' {
  const crc32C: (bytes: Buffer) => number;
  export = crc32C;
}

declare module 'kafkajs/src/protocol/requests' {
  export interface Call<Decoded> {
    readonly request: {
      readonly apiVersion: number;
      readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
    };
    readonly response: {
      readonly decode: (payload: Buffer) => Promise<Decoded>;
      readonly parse: (decoded: Decoded) => Promise<unknown>;
    };
  }
  export interface Definition<Parameters, Decoded> {
    protocol: (asked: { version: number }) => (parameters: Parameters) => Call<Decoded>;
  }
  export const requests: { readonly Produce: unknown; readonly Fetch: unknown };
}

/* The originals that wire/ and the partitions of streams are compared with in specs. */

declare module 'kafkajs/src/protocol/requests/produce/v7/request' {
  const request: (parameters: object) => { readonly encode: () => Promise<{ buffer: Buffer }> };
  export = request;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response' {
  export const decode: (payload: Buffer) => Promise<{
    responses: { partitions: { messages: { batchContext?: unknown }[] }[] }[];
  }>;
}

declare module 'kafkajs/src/producer/partitioners/default/murmur2' {
  const murmur2: (key: Buffer | string) => number;
  export = murmur2;
}
