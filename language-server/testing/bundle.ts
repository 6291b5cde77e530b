import path from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles the server as the package does. @returns the program. */
export function bundleInto(folder: string): string {
  const program = path.join(folder, 'language-server.cjs');
  buildSync({
    entryPoints: [path.join(__dirname, '../main.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    define: { SCANFLOW_VERSION: '"0"' },
    mainFields: ['main', 'module'],
    logLevel: 'error',
  });
  return program;
}
