import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const oldestJava = 17;
const otherwise = 'or name running brokers in KAFKA_BROKERS';

/** This machine cannot run a broker: a tool is missing or the download failed. The message says what to do. */
export class KafkaUnavailable extends Error {
  override readonly name = 'KafkaUnavailable';
}

/**
 * Finds a Java that runs Kafka 4: `$JAVA_HOME/bin/java`, else `java` on the PATH.
 * @returns its path
 * @throws KafkaUnavailable when there is none, or it is older than 17
 */
export async function findJava(env: NodeJS.ProcessEnv): Promise<string> {
  const advice = `install Java ${oldestJava} (apt-get install openjdk-17-jre-headless, brew install openjdk@17), ${otherwise}`;
  const home = env['JAVA_HOME'];
  const java = await firstExecutable('java', [...(home ? [join(home, 'bin')] : []), ...path(env)]);
  if (java === undefined)
    throw new KafkaUnavailable(`Kafka needs java and there is none: ${advice}`);
  // The /usr/bin/java of a Mac without Java is there, and fails.
  const banner = await run(java, ['-version'], { env }).then(
    ({ stderr, stdout }) => stderr + stdout,
    () => '',
  );
  const version = /version "(\d+)/.exec(banner)?.[1];
  if (version === undefined) throw new KafkaUnavailable(`${java} does not run: ${advice}`);
  // Java 8 calls itself 1.8, which is older than 17 either way.
  if (Number(version) >= oldestJava) return java;
  throw new KafkaUnavailable(`Kafka needs Java ${oldestJava}, ${java} is ${version}: ${advice}`);
}

/**
 * Finds Maven, which downloads Kafka once.
 * @returns its path
 * @throws KafkaUnavailable when it is not on the PATH
 */
export async function findMaven(env: NodeJS.ProcessEnv): Promise<string> {
  const maven = await firstExecutable('mvn', path(env));
  if (maven !== undefined) return maven;
  throw new KafkaUnavailable(
    `Kafka is downloaded by Maven and there is no mvn: install it (apt-get install maven, brew install maven), ${otherwise}`,
  );
}

function path(env: NodeJS.ProcessEnv): string[] {
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

async function firstExecutable(name: string, folders: string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, name);
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return file;
  }
  return undefined;
}
