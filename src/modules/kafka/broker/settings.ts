/** Where one node of a cluster listens. */
export interface NodeAddress {
  id: number;
  /** For clients and the other brokers. */
  port: number;
  /** For the KRaft quorum. */
  controllerPort: number;
}

/**
 * The `server.properties` of one node, broker and controller in one process, on loopback.
 * Paths are relative to the node's folder, so that a home may be moved and may have any name.
 */
export function serverProperties(node: NodeAddress, all: readonly NodeAddress[]): string {
  const replicas = all.length;
  const inSync = replicas >= 3 ? 2 : 1;
  return lines({
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': all
      .map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
      .join(','),
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': 'data',
    'auto.create.topics.enable': false,
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.min.isr': inSync,
    'group.initial.rebalance.delay.ms': 0,
    // The ledger is kept for ever, whoever creates the topic.
    'log.retention.ms': -1,
    // The default, 128 MB, is a third of the heap.
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // A killed broker is declared gone after 6 s instead of 9.
    'broker.session.timeout.ms': 6000,
    'broker.heartbeat.interval.ms': 1000,
    'num.network.threads': 2,
    'num.io.threads': 4,
  });
}

/** Log4j's configuration: warnings and errors, on standard output, which is the broker's log file. */
export function loggingProperties(): string {
  return lines({
    status: 'error',
    'appender.console.type': 'Console',
    'appender.console.name': 'console',
    'appender.console.layout.type': 'PatternLayout',
    'appender.console.layout.pattern': '[%d] %p %m (%c)%n',
    'rootLogger.level': 'warn',
    'rootLogger.appenderRef.console.ref': 'console',
    // Says when the broker started and stopped, and which Kafka it is.
    'logger.app.name': 'org.apache.kafka.common.utils.AppInfoParser',
    'logger.app.level': 'info',
  });
}

function lines(properties: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
