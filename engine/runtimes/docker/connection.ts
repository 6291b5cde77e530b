import type Docker from 'dockerode';
import { findDocker } from './connect';
import { dockerFault } from './errors';
import { type DaemonFacts, readFacts } from './facts';

/** A daemon that answered, and what must be known of it. */
export interface Connection {
  docker: Docker;
  /** As `DOCKER_HOST` says it. */
  host: string;
  facts: DaemonFacts;
}

/** Connects on the first call, and again after a failure. */
export function lazyConnection(setting: string | undefined): () => Promise<Connection> {
  let connection: Promise<Connection> | null = null;
  return () => {
    connection ??= connect(setting).catch((error) => {
      connection = null;
      throw error;
    });
    return connection;
  };
}

async function connect(setting: string | undefined): Promise<Connection> {
  const { docker, host } = await findDocker(setting);
  try {
    return { docker, host, facts: await readFacts(docker) };
  } catch (error) {
    throw dockerFault(error, host);
  }
}
