/** Where readers tell what a person should know of the data and is no error; `run.ts` makes it the log of the node. */
export const notes = { write: (_line: string): void => {} };
