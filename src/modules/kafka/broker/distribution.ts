import { execFile, type ExecFileOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../../files/make-folder';
import { findJava, findMaven, KafkaUnavailable } from './toolchain';

const run = promisify(execFile);
const version = '4.1.1';

/** Kafka logs through slf4j and ships no binding for it as a dependency: without one a broker dies silently. */
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>flowledger</groupId>
  <artifactId>kafka</artifactId>
  <version>${version}</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${version}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.24.3</version>
    </dependency>
  </dependencies>
</project>
`;

/** What runs Kafka's classes: the Java to use, the folder of jars, the environment. */
export interface KafkaRuntime {
  java: string;
  lib: string;
  env: NodeJS.ProcessEnv;
}

export interface ObtainOptions {
  /** Where java and mvn are looked for (PATH, JAVA_HOME) and Kafka is kept (FLOWLEDGER_CACHE, XDG_CACHE_HOME). */
  env: NodeJS.ProcessEnv;
  /** Told what happens, a line at a time. */
  log: (line: string) => void;
  /** Gives up: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Finds Java and Kafka's jars. The first time they are downloaded through Maven, into
 * `$FLOWLEDGER_CACHE/kafka-4.1.1`, else `$XDG_CACHE_HOME/flowledger/...`, else `~/.cache/flowledger/...`.
 * Two processes may do so at once: each downloads beside the target, the first to rename wins.
 * @throws KafkaUnavailable when a tool is missing or the download fails
 */
export async function obtainKafka(options: ObtainOptions): Promise<KafkaRuntime> {
  const { env } = options;
  return { java: await findJava(env), lib: await fetchKafka(options), env };
}

async function fetchKafka({ env, log, signal }: ObtainOptions): Promise<string> {
  const cache = cacheFolder(env);
  const target = join(cache, `kafka-${version}`);
  if (isComplete(target)) return join(target, 'lib');

  const maven = await findMaven(env);
  log(`fetching Kafka ${version} from Maven Central, once (43 MB)`);
  await makeFolder(cache);
  const fetching = await mkdtemp(join(cache, `kafka-${version}.fetching-`));
  try {
    await download(maven, { cwd: fetching, env, signal });
    await rename(fetching, target).catch((error: unknown) => {
      if (!isComplete(target)) throw error;
    });
  } finally {
    await rm(fetching, { recursive: true, force: true });
  }
  return join(target, 'lib');
}

function cacheFolder(env: NodeJS.ProcessEnv): string {
  const own = env['FLOWLEDGER_CACHE'];
  if (own) return resolve(own);
  const caches = env['XDG_CACHE_HOME'];
  return resolve(caches ? caches : join(homedir(), '.cache'), 'flowledger');
}

function isComplete(folder: string): boolean {
  return existsSync(join(folder, 'lib', `kafka_2.13-${version}.jar`));
}

async function download(maven: string, options: ExecFileOptions & { cwd: string }): Promise<void> {
  await writeFile(join(options.cwd, 'pom.xml'), pom);
  const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
  const quiet = ['-q', '-B', '-ntp', '-Dstyle.color=never'];
  const args = [...quiet, plugin, '-DoutputDirectory=lib', '-DincludeScope=runtime'];
  await run(maven, args, options).catch((error: unknown) => {
    options.signal?.throwIfAborted();
    const output = (error as { stdout?: string }).stdout ?? '';
    const cause = /\[ERROR\] (.{1,300})/.exec(output)?.[1] ?? String(error);
    throw new KafkaUnavailable(
      `Maven could not fetch Kafka ${version}: ${cause}; once the network allows it run this again, or name running brokers in KAFKA_BROKERS`,
    );
  });
  if (isComplete(options.cwd)) return;
  throw new KafkaUnavailable('Maven fetched Kafka without its broker jar');
}
