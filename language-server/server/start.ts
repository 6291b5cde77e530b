import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { connect } from './connect';
import { HostThread } from './host-thread';

declare const SCANFLOW_VERSION: string;

/** Serves the client at the other end of stdio, a pipe, a socket or IPC: as the arguments say. */
export function start(): void {
  const connection = createConnection(ProposedFeatures.all);
  connect(connection, (options) => new HostThread(__filename, options), {
    name: 'Scanflow',
    version: SCANFLOW_VERSION,
  });
}
