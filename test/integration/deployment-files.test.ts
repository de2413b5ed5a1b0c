/* Dockerfile, systemd unit and Kubernetes manifests, each by its linter and against what the server is. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { startApp } from '../harness/app';
import { takeAway } from '../harness/outage';
import { eventually } from '../harness/eventually';
import { describeNeeding } from '../harness/needing';
import { pythonPrograms, pythonProgramsMissing } from '../harness/python';
import { runProgram, runSuccessfully } from '../harness/run-program';

const root = join(__dirname, '../..');
const pathOf = (file: string): string => join(root, file);
const read = (file: string): string => readFileSync(pathOf(file), 'utf8');

const manifestFile = 'deploy/kubernetes/flowledger.yaml';
const unitFile = 'deploy/systemd/flowledger.service';

describeNeeding('the linters of Dockerfile and manifests', pythonProgramsMissing(), () => {
  const lintManifest = (text: string) =>
    runProgram('python3', ['-m', 'kubernetes_validate', '--strict', '--no-warn', '-'], {
      env: { PYTHONPATH: pythonPrograms() },
      input: text,
    });
  const lintDockerfile = (text: string) =>
    runProgram(join(pythonPrograms(), 'bin/hadolint'), ['--no-color', '-'], { input: text });

  test('find nothing in the Dockerfile', async () => {
    expect(await lintDockerfile(read('Dockerfile'))).toEqual({ code: 0, out: '', err: '' });
    const floating = read('Dockerfile').replaceAll(/node:[\d.]+-bookworm-slim/g, 'node:latest');
    expect((await lintDockerfile(floating)).out).toMatch(/DL3007/);
  });

  test('find nothing in the manifests', async () => {
    const { code, err } = await lintManifest(read(manifestFile));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const misspelt = read(manifestFile).replace('readinessProbe:', 'readynessProbe:');
    expect((await lintManifest(misspelt)).code).not.toBe(0);
  });
});

const systemdMissing =
  spawnSync('systemd-analyze', ['--version']).status === 0 ? null : 'there is no systemd-analyze';

describeNeeding('the systemd unit', systemdMissing, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowledger-unit-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The unit as it is, with the Node of this machine in place of that of another. */
  const written = async (text: string): Promise<string> => {
    const path = join(folder, 'flowledger.service');
    await writeFile(path, text.replace('/usr/bin/node', process.execPath));
    return path;
  };

  test('is one that systemd takes without a word', async () => {
    const path = await written(read(unitFile));
    expect(await runProgram('systemd-analyze', ['verify', path])).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    const misspelt = await written(read(unitFile).replace('RestartSec=', 'RestartSecs='));
    expect((await runProgram('systemd-analyze', ['verify', misspelt])).err).toMatch(/RestartSecs/);
  });

  test('gives the process as little as it needs', async () => {
    const security = ['security', '--offline=yes', '--no-pager', '--threshold=20'];
    const path = await written(read(unitFile));
    await runSuccessfully('systemd-analyze', [...security, path]);
    const open = await written(read(unitFile).replace(/^(?:Protect|Restrict|System).*\n/gm, ''));
    expect((await runProgram('systemd-analyze', [...security, open])).code).not.toBe(0);
  });
});

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Container {
  readonly image: string;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: object;
  readonly env: readonly { readonly name: string; readonly valueFrom?: object }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Deployment {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly [Container];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

describe('the files of a deployment', () => {
  const documents = parseAllDocuments(read(manifestFile)).map(
    (document) => document.toJS() as { readonly kind: string },
  );
  const ofKind = (kind: string): object => documents.find((document) => document.kind === kind)!;
  const { spec } = ofKind('Deployment') as Deployment;
  const pod = spec.template.spec;
  const [container] = pod.containers;

  test('run two replicas, of which one always stays', () => {
    expect(spec.replicas).toBe(2);
    expect(ofKind('PodDisruptionBudget')).toMatchObject({ spec: { minAvailable: 1 } });
  });

  test('run them without rights, with what they may take', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.resources).toMatchObject({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    });
  });

  test('keep secrets out of the manifests', () => {
    for (const { name, valueFrom } of container.env) {
      expect({ name, valueFrom }).toMatchObject({ valueFrom: { secretKeyRef: { key: name } } });
    }
  });

  test('keep archives on a volume that outlives a pod and that every replica can write', () => {
    const { data } = ofKind('ConfigMap') as { readonly data: Readonly<Record<string, string>> };
    const mount = container.volumeMounts.find(
      ({ mountPath }) => mountPath === data['FLOWLEDGER_ARCHIVE'],
    );
    expect(pod.volumes.find(({ name }) => name === mount?.name)).toMatchObject({
      persistentVolumeClaim: { claimName: 'flowledger-archive' },
    });
    expect(ofKind('PersistentVolumeClaim')).toMatchObject({
      metadata: { name: 'flowledger-archive' },
      spec: { accessModes: ['ReadWriteMany'] },
    });
  });

  test('probe what the server answers', async () => {
    const app = await startApp({ env: { FLOWLEDGER_PARTS: 'api' } });
    try {
      for (const { httpGet } of [
        container.startupProbe,
        container.livenessProbe,
        container.readinessProbe,
      ]) {
        expect((await app.client.get(httpGet.path, { key: null })).status).toBe(200);
      }
    } finally {
      await app.stop();
    }
  });

  test('set only variables that the configuration knows', () => {
    const known = new Set(read('docs/configuration.md').match(/`[A-Z][A-Z_]+`/g));
    const { data } = ofKind('ConfigMap') as { readonly data: object };
    const unit = [...read(unitFile).matchAll(/^Environment=(\w+)=/gm)].map(([, name]) => name);
    const image = [...read('Dockerfile').matchAll(/^(?:ENV)? +([A-Z_]+)=/gm)].map(
      ([, name]) => name,
    );
    const set = [...container.env.map(({ name }) => name), ...Object.keys(data), ...unit, ...image];
    expect(set.length).toBeGreaterThan(8);
    expect(set.filter((name) => name !== 'NODE_ENV' && !known.has(`\`${name}\``))).toEqual([]);
  });

  test('copy into the image only what there is, and what the builder is sent', () => {
    const sent = new Set([...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name!));
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, names = '']) => names.split(' '),
    );
    expect(copied.length).toBeGreaterThan(4);
    expect(copied.filter((name) => !existsSync(pathOf(name)) || !sent.has(name))).toEqual([]);
  });

  test('the health check of the image tells a server that serves from one that does not', async () => {
    const [, command = ''] = /HEALTHCHECK[^[]*CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? [];
    const [, ...args] = JSON.parse(command) as [string, ...string[]];
    const app = await startApp({ env: { FLOWLEDGER_PARTS: 'api' } });
    const check = async (): Promise<number | null> => {
      const env = { PORT: new URL(app.url).port };
      return (await runProgram(process.execPath, args, { env })).code;
    };
    expect(await check()).toBe(0);
    const bringBack = await takeAway(app.database);
    await eventually('not ready', async () => (await check()) === 1);
    await bringBack();
    await eventually('ready', async () => (await check()) === 0);
    await app.stop();
    expect(await check()).toBe(1);
  });
});
