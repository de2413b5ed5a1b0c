import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startEmbeddedPostgres, StartError } from '../../src/modules/database/embedded';
import { clearLeftovers } from '../../src/modules/database/embedded/leftovers';
import type { EmbeddedPostgres } from '../../src/modules/database/embedded';
import type { ChildProcess } from 'node:child_process';

const isRoot = process.getuid?.() === 0;
const entry = resolve(__dirname, '../../src/modules/database/embedded/index.ts');
const settings = { fsync: 'off', shared_buffers: '16MB' };

let template: string;
let home: string;
let lines: string[];
let running: EmbeddedPostgres[];
let children: ChildProcess[];

beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  const postgres = await startEmbeddedPostgres({ home: template, settings, log });
  await query(postgres.ownerUrl, 'create table kept (fact text)');
  await postgres.stop();
});

afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  lines = [];
  running = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(running.map((postgres) => postgres.stop()));
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

const log = (line: string) => void lines.push(line);

/** Makes the home one that was used before: a copy costs less than an initdb. */
const useTemplate = () => promisify(execFile)('cp', ['-a', `${template}/.`, home]);

async function start(at = home, overrides: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  const options = { home: at, settings: { ...settings, ...overrides }, log };
  const postgres = await startEmbeddedPostgres(options);
  running.push(postgres);
  return postgres;
}

async function refusal(at = home, overrides: Record<string, string> = {}): Promise<string> {
  const error: unknown = await start(at, overrides).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StartError);
  const { message } = error as StartError;
  expect(message).not.toContain('\n');
  return message;
}

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still not so: ${what}; log: ${lines.join(' | ')}`);
    await pause(10);
  }
}

const keep = (url: string) => query(url, "insert into kept values ('a fact')");
const kept = (url: string) => query(url, 'select fact from kept');
const pidFile = () => join(home, 'postgres', 'postmaster.pid');
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Another Node process that starts PostgreSQL in the same home and then runs `after`. */
function startInChild(after: string): ChildProcess {
  const script = `
    const { transformFileSync } = require('@swc/core');
    const options = {
      module: { type: 'commonjs' },
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    };
    require.extensions['.ts'] = (module, file) =>
      module._compile(transformFileSync(file, options).code, file);
    const { startEmbeddedPostgres } = require(${JSON.stringify(entry)});
    const log = () => undefined;
    startEmbeddedPostgres({ home: process.argv[1], settings: ${JSON.stringify(settings)}, log })
      .then((postgres) => {
        console.log(JSON.stringify({ pid: postgres.pid, ownerUrl: postgres.ownerUrl }));
        ${after}
      });`;
  const child = spawn(process.execPath, ['-e', script, home], {
    cwd: resolve(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  return child;
}

async function announced(child: ChildProcess): Promise<{ pid: number; ownerUrl: string }> {
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return JSON.parse(line) as { pid: number; ownerUrl: string };
}

/** Leaves a PostgreSQL running whose Node process was killed. */
async function orphanedPostgres(): Promise<{ pid: number; ownerUrl: string }> {
  await useTemplate();
  const child = startInChild('setInterval(() => undefined, 1000);');
  const postgres = await announced(child);
  await keep(postgres.ownerUrl);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return postgres;
}

describe('a start', () => {
  it('creates the database, the role of the application and a sound cluster', async () => {
    const postgres = await start();
    const role = `select rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, current_database()
      from pg_roles where rolname = current_user`;
    expect(await query(postgres.appUrl, role)).toEqual([[false, false, false, true, 'flowledger']]);
    const cluster = `select current_setting('data_checksums'), current_setting('server_encoding'),
      current_setting('listen_addresses'), current_setting('timezone'), datlocale, rolsuper
      from pg_database, pg_roles where datname = current_database() and rolname = current_user`;
    expect(await query(postgres.ownerUrl, cluster)).toEqual([
      ['on', 'UTF8', '127.0.0.1', 'UTC', 'C.UTF-8', true],
    ]);
    const unsafe = "select * from pg_hba_file_rules where auth_method <> 'scram-sha-256'";
    expect(await query(postgres.ownerUrl, unsafe)).toEqual([]);
  });

  it('keeps the two passwords where only their owner can read them', async () => {
    const first = await start();
    const file = join(home, 'postgres.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const passwords = [first.ownerUrl, first.appUrl].map((url) => new URL(url).password);
    expect(new Set(passwords).size).toBe(2);
    expect(Object.values(JSON.parse(await readFile(file, 'utf8')) as object)).toEqual(passwords);
    expect(await readFile(join(home, 'postgres.log'), 'utf8')).not.toContain(passwords[1]);
  });

  it('finds the data and the passwords of the run before', async () => {
    await useTemplate();
    const first = await start();
    await keep(first.ownerUrl);
    await first.stop();
    expect(await exists(pidFile())).toBe(false);
    const second = await start();
    expect(await kept(second.ownerUrl)).toEqual([['a fact']]);
    expect(new URL(second.appUrl).password).toBe(new URL(first.appUrl).password);
    expect(lines).toEqual([]);
  });

  it('keeps the server out of the reach of our Ctrl-C', async () => {
    await useTemplate();
    const { pid } = await start();
    // Only a leader of its own process group can be asked for in this way.
    expect(process.kill(-pid, 0)).toBe(true);
  });

  it('empties a log that has grown past 16 MB', async () => {
    await useTemplate();
    await writeFile(join(home, 'postgres.log'), Buffer.alloc(17 * 1024 * 1024, '\n'));
    await start();
    expect((await stat(join(home, 'postgres.log'))).size).toBeLessThan(1024 * 1024);
  });
});

describe('a server that dies', () => {
  beforeEach(useTemplate);

  it('comes back on the same port with its data', async () => {
    const postgres = await start();
    await keep(postgres.ownerUrl);
    const { pid } = postgres;
    process.kill(pid, 'SIGKILL');
    await until('back', () => lines.some((line) => line.includes('PostgreSQL is back')));
    expect(postgres.pid).not.toBe(pid);
    expect(await kept(postgres.ownerUrl)).toEqual([['a fact']]);
    expect(lines[0]).toBe(`PostgreSQL (pid ${pid}) ended by itself (SIGKILL): restarting it`);
  });

  it('comes back although a busy backend has outlived it', async () => {
    const postgres = await start();
    await keep(postgres.ownerUrl);
    const endless = "do $$ begin perform set_config('a.b', 'c', false); loop end loop; end $$";
    const busy = query(postgres.ownerUrl, endless).catch((error: unknown) => error);
    const isBusy = "select 1 from pg_stat_activity where state = 'active' and query like 'do %'";
    await until('busy', async () => (await query(postgres.ownerUrl, isBusy)).length === 1);
    process.kill(postgres.pid, 'SIGKILL');
    await until('back', () => lines.some((line) => line.includes('PostgreSQL is back')));
    expect(await kept(postgres.ownerUrl)).toEqual([['a fact']]);
    await busy;
  });

  it('stays down when it is stopped before it is back', async () => {
    const postgres = await start();
    process.kill(postgres.pid, 'SIGKILL');
    await until('noticed', () => lines.length > 0);
    await postgres.stop();
    await expect(query(postgres.ownerUrl, 'select 1')).rejects.toThrow('ECONNREFUSED');
    expect(() => process.kill(postgres.pid, 0)).toThrow('ESRCH');
  });

  it('goes down with a Node process that throws', async () => {
    const child = startInChild("setImmediate(() => { throw new Error('uncaught'); });");
    await announced(child);
    await until('shut down', async () => !(await exists(pidFile())));
  });
});

describe('what a killed run left', () => {
  it('is a running server: it is stopped and started anew', async () => {
    const orphan = await orphanedPostgres();
    expect(await kept(orphan.ownerUrl)).toEqual([['a fact']]);
    const postgres = await start();
    expect(lines).toEqual([
      `stopping the PostgreSQL (pid ${orphan.pid}) that an earlier run left behind`,
    ]);
    expect(postgres.pid).not.toBe(orphan.pid);
    expect(await kept(postgres.ownerUrl)).toEqual([['a fact']]);
  });

  it('is a pid file without a process', async () => {
    const orphan = await orphanedPostgres();
    process.kill(orphan.pid, 'SIGKILL');
    expect(await exists(pidFile())).toBe(true);
    expect(await kept((await start()).ownerUrl)).toEqual([['a fact']]);
  });

  it('is a pid file whose id a stranger has now', async () => {
    const orphan = await orphanedPostgres();
    const { uid, gid } = await stat(join(home, 'postgres'));
    const stranger = spawn('sleep', ['600'], { cwd: '/', uid, gid });
    children.push(stranger);
    process.kill(orphan.pid, 'SIGKILL');
    const text = await readFile(pidFile(), 'utf8');
    await writeFile(pidFile(), text.replace(String(orphan.pid), String(stranger.pid)));
    expect(await kept((await start()).ownerUrl)).toEqual([['a fact']]);
    expect(lines.join()).toContain(`process ${stranger.pid!} has taken the id`);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('is an empty pid file', async () => {
    await useTemplate();
    await writeFile(pidFile(), '');
    expect(await kept((await start()).ownerUrl)).toEqual([]);
  });

  it('is a cluster that was only half made', async () => {
    const drafts = async () =>
      (await readdir(home)).filter((name) => name.startsWith('postgres.new-'));
    const isAtWork = async (): Promise<boolean> => {
      const [draft] = await drafts();
      return draft !== undefined && (await exists(join(home, draft, 'data', 'PG_VERSION')));
    };
    const isMade = (): Promise<boolean> => exists(join(home, 'postgres'));
    await until('one is killed while initdb is at work', async () => {
      const child = startInChild('');
      const exited = once(child, 'exit');
      await until('it has begun', async () => (await isAtWork()) || isMade());
      child.kill('SIGKILL');
      await exited;
      if (!(await isMade())) return true;
      await clearLeftovers(join(home, 'postgres'), () => undefined); // it was too fast
      await rm(home, { recursive: true });
      await mkdir(home, { mode: 0o700 });
      return false;
    });
    expect(await query((await start()).appUrl, 'select 1')).toEqual([[1]]);
    expect(await drafts()).toEqual([]);
  });
});

describe('a start is refused in one line', () => {
  it('when the data is of another major version', async () => {
    await useTemplate();
    await writeFile(join(home, 'postgres', 'PG_VERSION'), '16\n');
    expect(await refusal()).toContain('made by PostgreSQL 16 and this is PostgreSQL 18');
  });

  it('when something else is where the data should be', async () => {
    await mkdir(join(home, 'postgres'));
    await writeFile(join(home, 'postgres', 'notes.txt'), 'mine');
    await chmod(home, 0o711);
    expect(await refusal()).toContain(`${join(home, 'postgres')} holds something other`);
  });

  it('when the passwords of existing data are gone', async () => {
    await useTemplate();
    await rm(join(home, 'postgres.json'));
    expect(await refusal()).toContain(`${join(home, 'postgres.json')} is gone`);
  });

  it('when the passwords are not those of the data', async () => {
    await useTemplate();
    const others = { ownerPassword: 'other', appPassword: 'other' };
    await writeFile(join(home, 'postgres.json'), JSON.stringify(others));
    expect(await refusal()).toContain('refuses the passwords');
    expect(await exists(pidFile())).toBe(false);
  });

  it('when the home is a file', async () => {
    const file = join(home, 'file');
    await writeFile(file, '');
    expect(await refusal(file)).toContain(`cannot write to the folder ${file}: a file`);
    const below = join(file, 'below');
    expect(await refusal(below)).toContain(`cannot write to the folder ${below}: a part`);
  });

  it('when PostgreSQL gives up, with its own reason', async () => {
    await useTemplate();
    expect(await refusal(home, { shared_buffers: 'plenty' })).toContain(
      'FATAL:  invalid value for parameter "shared_buffers": "plenty"',
    );
  });

  if (isRoot) {
    it("when root's PostgreSQL cannot enter a folder on the way", async () => {
      const inner = join(home, 'closed', 'inner');
      await mkdir(inner, { recursive: true });
      await chmod(home, 0o711);
      await chmod(join(home, 'closed'), 0o700);
      expect(await refusal(inner)).toContain(`cannot enter ${join(home, 'closed')} on the way`);
    });
  } else {
    it('when the home cannot be written', async () => {
      await chmod(home, 0o500);
      expect(await refusal()).toContain(`cannot write to the folder ${home}: permission denied`);
    });
  }
});
