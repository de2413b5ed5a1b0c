import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fastify } from 'fastify';
import { serveDashboard } from '../../src/modules/dashboard/dashboard';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';

const root = join(__dirname, '../..');
const built = join(root, 'dist/web');
const assets = join(built, 'assets');

describe('the dashboard', () => {
  let app: TestApp;
  beforeAll(async () => {
    if (!existsSync(built)) throw new Error(`${built} is not there: run npm run build first`);
    app = await startApp();
  });
  afterAll(() => app.stop());

  it('is at / for whoever asks, under a policy that lets nothing in but what is served here', async () => {
    const { status, headers, body } = await app.client.get<string>('/', { key: null });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('cache-control')).toBe('no-cache');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none';script-src 'self';style-src 'self';/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(body).not.toMatch(/https?:\/\/|<script>|style=/);
  });

  it('names its files by their content, so that they are kept for good', async () => {
    const { body } = await app.client.get<string>('/', { key: null });
    const names = [...body.matchAll(/\.\/(assets\/[^"]+)"/g)].map(([, name]) => name!);
    expect(names).toHaveLength(2);
    for (const name of names) {
      const { status, headers } = await app.client.get(`/${name}`, { key: null });
      expect([name, status]).toEqual([name, 200]);
      expect(headers.get('cache-control')).toMatch(/immutable/);
    }
  });

  it('leaves every other address to the API', async () => {
    expect(await app.client.get('/nowhere')).toMatchObject({ status: 404, body: { status: 404 } });
    expect(await app.client.get('/assets/none.js')).toMatchObject({ status: 404 });
    expect((await app.client.get('/docs', { key: null })).status).toBe(200);
  });

  it('is under 200 kB, compressed, with everything it needs', () => {
    const sizes = readdirSync(assets).map(
      (name) => gzipSync(readFileSync(join(assets, name))).length,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
  });

  it('is not built again while nothing it is made of has changed', () => {
    const before = statSync(join(built, 'index.html')).mtimeMs;
    execFileSync(process.execPath, [join(root, 'web/build.mjs')]);
    expect(statSync(join(built, 'index.html')).mtimeMs).toBe(before);
  });
});

it('says how it is made where it is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-dashboard-'));
  const server = fastify();
  await serveDashboard(server, folder);
  const answer = await server.inject('/');
  expect(answer.body).toContain('npm run build');
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('GET /v1/me', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  it.each(['service', 'analyst', 'operator'] as const)(
    'tells the role of a key of %s',
    async (role) => {
      const { status, body } = await app.client.get('/v1/me', { key: app.keys[role] });
      expect([status, body]).toEqual([200, { name: role, role }]);
    },
  );
});
