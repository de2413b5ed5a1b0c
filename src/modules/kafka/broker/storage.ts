import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../../files/make-folder';
import type { KafkaRuntime } from './distribution';
import { loggingProperties, serverProperties, type NodeAddress } from './settings';

const run = promisify(execFile);

interface Identity {
  clusterId: string;
  brokers: number;
}

/**
 * Writes the settings of every node below `home`, for this start's ports, and formats the storage
 * of those that have none. Existing data is never touched.
 * @throws when the home belongs to a cluster of another size
 */
export async function prepareStorage(
  home: string,
  nodes: readonly NodeAddress[],
  runtime: KafkaRuntime,
): Promise<void> {
  await makeFolder(home);
  const { clusterId } = await identify(home, nodes.length);
  await Promise.all(
    nodes.map(async (node) => {
      const folder = nodeFolder(home, node.id);
      await makeFolder(folder);
      const properties = serverProperties(node, nodes);
      await writeFile(join(folder, 'server.properties'), properties);
      await writeFile(join(folder, 'log4j2.properties'), loggingProperties());
      if (!existsSync(join(folder, 'data'))) await format(folder, clusterId, properties, runtime);
    }),
  );
}

/** Where node `id` keeps its data, settings, log and process id. */
export function nodeFolder(home: string, id: number): string {
  return join(home, `broker-${id}`);
}

async function identify(home: string, brokers: number): Promise<Identity> {
  const file = join(home, 'cluster.json');
  if (!existsSync(file)) {
    // As Kafka's own random-uuid, which avoids a leading dash; written whole or not at all.
    const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    await writeFile(`${file}.new`, JSON.stringify({ clusterId, brokers } satisfies Identity));
    await rename(`${file}.new`, file);
  }
  const identity = JSON.parse(await readFile(file, 'utf8')) as Identity;
  if (identity.brokers === brokers) return identity;
  throw new Error(
    `${home} holds a cluster of ${identity.brokers}: start ${identity.brokers}, or choose another home`,
  );
}

/** Formats beside the place and moves it there, so that a `data` folder is always a whole one. */
async function format(
  folder: string,
  clusterId: string,
  properties: string,
  { java, lib, env }: KafkaRuntime,
): Promise<void> {
  await rm(join(folder, 'data.new'), { recursive: true, force: true });
  const file = join(folder, 'format.properties');
  await writeFile(file, properties.replace('log.dirs=data\n', 'log.dirs=data.new\n'));
  const jvm = ['-XX:TieredStopAtLevel=1', '-Dlog4j2.configurationFile=log4j2.properties'];
  const tool = ['-cp', join(lib, '*'), 'kafka.tools.StorageTool'];
  const args = ['format', '-t', clusterId, '-c', 'format.properties'];
  await run(java, [...jvm, ...tool, ...args], { cwd: folder, env });
  await rm(file);
  await rename(join(folder, 'data.new'), join(folder, 'data'));
}
