import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { newCorrelationId } from './correlation';
import { Problem, documentOf } from './problem';

const problemOf = ({ code, message }: ConnectionError): Problem => {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem(408, 'request-timeout', 'the request did not arrive in time');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'address and headers may be 16 KiB at most, all together';
    return new Problem(431, 'headers-too-large', detail);
  }
  return new Problem(400, 'malformed', `this is no HTTP request: ${message}`);
};

/** For what no request can be read from: there is nobody but the connection to answer, and nothing to read on. */
export const answerUnreadable =
  (headers: Readonly<Record<string, string>>) =>
  (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const problem = problemOf(error);
    const correlationId = newCorrelationId();
    const body = JSON.stringify(documentOf(problem, correlationId));
    const all = {
      ...headers,
      'x-correlation-id': correlationId,
      'content-type': 'application/problem+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
    };
    const head = [
      `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}`,
      ...Object.entries(all).map(([name, value]) => `${name}: ${value}`),
    ];
    if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroy(error);
  };
