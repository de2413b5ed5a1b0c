import { requests } from 'kafkajs/src/protocol/requests';
import type { Definition } from 'kafkajs/src/protocol/requests';
import { decodeFetch } from './fetch-response';
import type { FetchResponse } from './fetch-response';
import { encodeProduce, isPlain } from './produce-request';
import type { ProduceParameters } from './produce-request';

/** kafkajs's own, whose `protocol` it looks up for each request. */
const produceRequests = requests.Produce as Definition<ProduceParameters, unknown>;
const fetchRequests = requests.Fetch as Definition<unknown, FetchResponse>;

const producePatched = [3, 4, 5, 6, 7];
const fetchPatched = 11;

let installed = false;

/**
 * Lets kafkajs write produce requests and read fetch responses by the code beside this file. Measured
 * with messages of 600 bytes and sixteen headers: producing takes a fifth of the CPU, consuming a third.
 */
export const installFastWire = (): void => {
  if (installed) return;
  installed = true;

  const produce = produceRequests.protocol;
  let largest = 0;
  produceRequests.protocol = (asked) => (parameters) => {
    const call = produce(asked)(parameters);
    if (!producePatched.includes(asked.version) || !isPlain(parameters)) return call;
    const encode = (): Promise<{ buf: Buffer; buffer: Buffer }> => {
      const buffer = encodeProduce(parameters, largest);
      largest = Math.max(largest, buffer.length);
      return Promise.resolve({ buf: buffer, buffer });
    };
    return { ...call, request: { ...call.request, encode } };
  };

  const fetch = fetchRequests.protocol;
  fetchRequests.protocol = (asked) => (parameters) => {
    const call = fetch(asked)(parameters);
    if (asked.version !== fetchPatched) return call;
    const { decode, parse } = call.response;
    return {
      ...call,
      response: {
        decode: (payload) => {
          const decoded = decodeFetch(payload);
          return decoded === null ? decode(payload) : Promise.resolve(decoded);
        },
        parse,
      },
    };
  };
};
