import os from 'node:os';
import type { Backend } from '../../learning';

/** What it was measured on (4.1). */
export function testbed(backend: Backend): Record<string, string> {
  const cpus = os.cpus();
  return {
    machine: `${cpus.length} x ${cpus[0]?.model.trim() ?? 'unknown'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    software: `Node ${process.versions.node}, ${backend.name} ${backend.version}`,
    date: new Date().toISOString().slice(0, 10),
  };
}
