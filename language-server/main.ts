import { isMainThread } from 'node:worker_threads';

/** `language-server.js --stdio`: this thread speaks with the client, and one of its own does the work. */
if (isMainThread) void import('./server/start').then(({ start }) => start());
else void import('./server/worker').then(({ work }) => work());
