/** The text of binary.ts, compiled from assembly/. */
export function compileKernels(): Promise<string>;
