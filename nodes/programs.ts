import type { Program } from './contract';

/** Every built-in node by name: those of the language's catalogue, and those that only the engine plans. */
export const programs: ReadonlyMap<string, () => Promise<Program>> = new Map();
