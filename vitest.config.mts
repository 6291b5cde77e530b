import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { SCANFLOW_VERSION: '"0.0.0"' },
  test: {
    include: ['{bench,graph,language-server,engine,nodes,learning,extension,webviews,test}/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
