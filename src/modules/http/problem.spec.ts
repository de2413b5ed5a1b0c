import { HttpException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { QueueFull } from '../ledger/ledger-unavailable';
import { Problem, documentOf } from './problem';
import { problemOf } from './problem.filter';
import { refusalStatus } from './refusals';

test('a problem is a document of RFC 9457', () => {
  const errors = [{ path: 'a', message: 'b' }];
  const problem = new Problem(400, 'malformed', 'a: b', { errors });
  expect(documentOf(problem, 'c-1')).toEqual({
    type: 'urn:flowledger:problem:malformed',
    title: 'Bad request',
    status: 400,
    code: 'malformed',
    detail: 'a: b',
    correlationId: 'c-1',
    errors,
  });
  expect(documentOf(new Problem(404, 'x', 'y'), 'c')).not.toHaveProperty('errors');
});

test('a refusal by a rule is a conflict, unless the body alone is at fault or names what is not there', () => {
  const others = Object.entries(refusalStatus).filter(([, status]) => status !== 409);
  expect(Object.fromEntries(others)).toEqual({
    'alert-rule-incomplete': 400,
    'alert-rule-unknown': 404,
    'alert-rule-wrong': 400,
    'partition-unknown': 404,
    'article-unknown': 404,
    'paragraph-unknown': 404,
    'checklist-item-unknown': 404,
    'subject-unknown': 404,
    'webhook-unknown': 404,
    'article-without-paragraphs': 400,
    'article-too-long': 400,
  });
});

test('a ledger that is away is worth another try', () => {
  expect(problemOf(new QueueFull())).toMatchObject({
    status: 503,
    code: 'unavailable',
    more: { retryAfterSeconds: 1 },
  });
});

test.each([
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
  new QueryFailedError('start transaction', [], new Error('Connection terminated unexpectedly')),
])('a database that is away is worth another try: %s', (error) => {
  expect(problemOf(error)).toMatchObject({
    status: 503,
    code: 'unavailable',
    message: 'the database does not answer, try again',
    more: { retryAfterSeconds: 1 },
  });
});

test.each([
  [413, 'too-large', /1 MiB/],
  [415, 'unsupported-content-type', /application\/json/],
  [404, 'not-found', /as said/],
  [418, 'refused', /as said/],
])('what the framework refuses with %p has a code and words that help', (status, code, detail) => {
  const expected = { status, code, detail: expect.stringMatching(detail) };
  expect(problemOf(new HttpException('as said', status))).toMatchObject(expected);
  expect(problemOf(Object.assign(new Error('as said'), { statusCode: status }))).toMatchObject(
    expected,
  );
});

test.each([
  new Error('password=hunter2'),
  new HttpException('internal', 500),
  Object.assign(new Error('database'), { statusCode: 502 }),
  Object.assign(new Error('relation does not exist'), { code: '42P01' }),
])('%s is nobody’s business', (error) => {
  expect(problemOf(error)).toBeUndefined();
});

test.each([null, undefined, 'a string', 42])(
  '%p, thrown, is nobody’s business either',
  (thrown) => {
    expect(problemOf(thrown)).toBeUndefined();
  },
);
