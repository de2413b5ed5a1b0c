import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contractVerb } from '../../scripts/contract';
import { compareContracts } from '../../src/modules/contract/compare-operations';
import { contractText } from '../../src/modules/contract/contract-report';
import type { Mismatch } from '../../src/modules/contract/mismatch';
import { readOpenApi } from '../../src/modules/contract/openapi-document';
import { paletteFor } from '../../src/modules/cli/terminal';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { leadingTo, runVerb } from './run-verb';

const fixture = (name: string): string => join(__dirname, '../fixtures/contract', name);
const pinnedPath = 'test/fixtures/contract/openapi.json';

const howToRelease = `
The published contract would break for those who use it. Mend it: add beside, never rename or take
away. If this is a new major version, release it deliberately: say so in CHANGELOG.md, start the
server, and pin what it publishes:

  curl -s $FLOWLEDGER_URL/openapi.json | npx prettier --stdin-filepath openapi.json > ${pinnedPath}

The same command pins additions, which break nothing and never fail this test.
`;

interface Report {
  readonly agrees: boolean;
  readonly operations: number;
  readonly mismatches: readonly Mismatch[];
}

describe('the contract', () => {
  let app: TestApp;
  let folder: string;
  let published: unknown;

  beforeAll(async () => {
    app = await startApp();
    folder = await mkdtemp(join(tmpdir(), 'flowledger-contract-'));
    ({ body: published } = await app.client.get('/openapi.json', { key: null }));
  });
  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true });
  });

  const run = (...args: readonly string[]) =>
    runVerb(contractVerb, args, { FLOWLEDGER_URL: leadingTo(app).FLOWLEDGER_URL });

  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  const sinceThen = (before: unknown, now: unknown): Mismatch[] =>
    compareContracts(readOpenApi(before), readOpenApi(now), { strict: true });

  test('what was published is still offered, to the last field', async () => {
    const pinned = JSON.parse(await readFile(fixture('openapi.json'), 'utf8')) as unknown;
    const broken = sinceThen(pinned, published);
    if (broken.length > 0) {
      const { length } = readOpenApi(pinned).operations;
      throw new Error(
        contractText(length, broken, paletteFor({ write: () => 0 }, {})) + howToRelease,
      );
    }
    const unpinned = sinceThen(published, pinned).length;
    if (unpinned > 0) process.stderr.write(`contract: ${unpinned} additions are not pinned yet\n`);
  });

  test('every answer below /v1 tells its headers', () => {
    type Answers = Record<string, { readonly headers?: Record<string, unknown> }>;
    const { paths } = published as {
      paths: Record<string, Record<string, { responses: Answers }>>;
    };
    const told = Object.entries(paths)
      .filter(([path]) => path.startsWith('/v1/'))
      .flatMap(([path, item]) => Object.values(item).map(({ responses }) => ({ path, responses })));
    expect(told.length).toBeGreaterThan(0);
    for (const { path, responses } of told) {
      const headers = (status: string): string[] =>
        Object.keys(responses[status]?.headers ?? {}).sort();
      const versioned = path.startsWith('/v1/commands/') ? ['ETag'] : [];
      expect([path, headers('200')]).toEqual([path, [...versioned, 'X-Correlation-Id']]);
      expect([path, headers('503')]).toEqual([path, ['Retry-After']]);
    }
  });

  type Mutation = (document: Record<string, never>) => void;
  const at = (document: object, ...steps: readonly string[]): Record<string, unknown> =>
    steps.reduce<Record<string, unknown>>(
      (inner, step) => inner[step] as Record<string, unknown>,
      document as Record<string, unknown>,
    );
  const body = [
    'paths',
    '/v1/commands/score-quality',
    'post',
    'requestBody',
    'content',
    'application/json',
    'schema',
  ];
  const totals = [
    'paths',
    '/v1/projections/roi-totals',
    'get',
    'responses',
    '200',
    'content',
    'application/json',
    'schema',
    'properties',
    'rows',
    'items',
  ];

  test.each<[string, Mutation, string]>([
    ['an operation', (it) => delete at(it, 'paths')['/v1/events'], 'operation'],
    ['a parameter', (it) => (at(it, 'paths', '/v1/events', 'get')['parameters'] = []), 'parameter'],
    ['a field sent', (it) => delete at(it, ...body, 'properties')['occurredAt'], 'field'],
    ['a field read', (it) => delete at(it, ...totals, 'properties')['calls'], 'field'],
    [
      'a field that was optional',
      (it) => (at(it, ...body)['required'] as string[]).push('occurredAt'),
      'required',
    ],
    ['a type', (it) => (at(it, ...body, 'properties', 'score')['type'] = 'string'), 'type'],
    ['a limit', (it) => (at(it, ...body, 'properties', 'score')['maximum'] = 5), 'limit'],
    [
      'a field that was certain',
      (it) => (at(it, ...totals)['required'] as string[]).splice(0, 1),
      'required',
    ],
    [
      'a listed value',
      (it) =>
        (
          at(it, 'components', 'schemas', 'Health', 'properties', 'status')['enum'] as string[]
        ).pop(),
      'value',
    ],
    [
      'an error',
      (it) => delete at(it, 'paths', '/v1/commands/score-quality', 'post', 'responses')['409'],
      'status',
    ],
  ])('%s cannot go unnoticed', (_what, change, kind) => {
    const changed = structuredClone(published) as Record<string, never>;
    change(changed);
    const kinds = sinceThen(published, changed).map((found) => found.kind);
    expect(kinds.length).toBeGreaterThan(0);
    expect(new Set(kinds)).toEqual(new Set([kind]));
  });

  test('additions break nothing', () => {
    const changed = structuredClone(published) as Record<string, never>;
    at(changed, 'paths')['/v1/new'] = { get: { responses: { 200: { description: 'new' } } } };
    at(changed, ...body, 'properties')['note'] = { type: 'string' };
    at(changed, ...totals, 'properties')['more'] = { type: 'string' };
    (at(changed, ...totals)['required'] as string[]).push('more');
    expect(sinceThen(published, changed)).toEqual([]);
    expect(sinceThen(published, published)).toEqual([]);
  });

  test('every reference of the document leads somewhere, and no answer is left undescribed', () => {
    const text = JSON.stringify(published);
    const { operations, resolve } = readOpenApi(published);
    for (const [reference] of text.matchAll(/(?<="\$ref":")[^"]+/g)) {
      expect(resolve({ $ref: reference })).toBeInstanceOf(Object);
    }
    expect(text).not.toMatch(/\$defs/);
    for (const { method, path, responses } of operations) {
      for (const [status, content] of responses) {
        expect([method, path, status, content.size]).not.toContain(0);
      }
    }
  });

  test('a pipeline written from memory is told its sixteen mismatches, with the right names', async () => {
    const { status, out, err } = await run(fixture('consumer.yaml'), '--json');
    const { agrees, operations, mismatches } = JSON.parse(out) as Report;
    expect({ status, err, agrees, operations }).toEqual({
      status: 1,
      err: '',
      agrees: false,
      operations: 6,
    });
    expect(mismatches.map(({ place, kind, nearest }) => [place, kind, nearest])).toEqual([
      ['', 'operation', 'POST /v1/commands/start-execution'],
      ['header parameter: X-Idempotency-Key', 'parameter', 'Idempotency-Key'],
      ['request body: execution_id', 'field', 'executionId'],
      ['request body: duration_ms', 'field', 'durationSeconds'],
      ['request body: inputTokens', 'type', null],
      ['request body: costUsd', 'type', null],
      ['response 201', 'status', '200'],
      ['request body: score', 'type', null],
      ['request body: gates', 'required', null],
      ['response 200: eventIds', 'field', 'events'],
      ['response 200: position', 'type', null],
      ['query parameter: group_by', 'parameter', 'groupBy'],
      ['response 200: rows[].cost_usd', 'field', 'costUsd'],
      ['response 200: rows[].calls', 'type', null],
      ['response 200: status', 'value', null],
      ['response 200', 'media-type', 'application/x-ndjson'],
    ]);
    const text = await run(fixture('consumer.yaml'));
    expect(text.out).toContain(
      'the server never answers down; it answers healthy, degraded, unhealthy',
    );
    expect(text.out).toContain('16 mismatches in 6 of 6 operations');
    expect(text.out).toContain(
      'request body: execution_id\n      the server refuses it; did you mean executionId?',
    );
  });

  test('the server agrees with itself, from a file and from a url', async () => {
    const path = await write('own.json', JSON.stringify(published));
    for (const source of [path, `${app.url}/openapi.json`, `${app.url}/openapi.yaml`]) {
      const { status, out, err } = await run(source, '--strict');
      expect({ status, err, out }).toEqual({
        status: 0,
        err: '',
        out: expect.stringMatching(/^Agrees: /),
      });
    }
  });

  test.each([
    ['no file', '/nowhere/api.yaml', /^cannot read \/nowhere\/api.yaml: there is no such file\n$/],
    ['no server', 'http://127.0.0.1:9/openapi.json', /^cannot read http:.*: /],
    ['no address', 'https://', /^cannot read https:/],
  ])('%s to read is told in one line', async (_what, source, message) => {
    expect(await run(source)).toEqual({ status: 1, out: '', err: expect.stringMatching(message) });
  });

  test.each([
    ['neither.txt', '{"openapi": "3.1.0",', /is neither JSON nor YAML: /],
    ['broken.yaml', 'openapi: 3.1.0\n  paths: [', /is neither JSON nor YAML: /],
    ['csv.csv', 'date,model\n2026-01-05,x', /is no OpenAPI 3 document: it has no "openapi"/],
    ['page.html', '<html>Sign in</html>', /is no OpenAPI 3 document: it has no "openapi"/],
    ['empty.yaml', '', /is no OpenAPI 3 document: it has no "openapi"/],
    ['swagger.yaml', 'swagger: "2.0"\npaths: {}', /convert it to OpenAPI 3/],
    ['nothing.yaml', 'openapi: 3.1.0\npaths: {}', /has no operations/],
    [
      'lost.yaml',
      'openapi: 3.1.0\npaths: {/health: {get: {responses: {"200": {$ref: "#/nowhere"}}}}}',
      /#\/nowhere refers to nothing/,
    ],
    [
      'apart.yaml',
      `openapi: 3.1.0
paths: {/health: {get: {responses: {"200": {content: {application/json: {schema: {$ref: "a.yaml"}}}}}}}}`,
      /cannot be compared: a.yaml lies outside the document/,
    ],
  ])('%s is no document to compare with', async (name, content, message) => {
    const { status, out, err } = await run(await write(name, content));
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(message);
    expect(err.trimEnd()).not.toContain('\n');
  });

  test.each([
    [[], '<openapi file or url> is missing'],
    [['a', 'b'], 'b is one too many'],
    [['a', '--srtict'], 'unknown flag --srtict, did you mean --strict?'],
  ])('called with %j it says how', async (args, message) => {
    const { status, err } = await run(...args);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});
