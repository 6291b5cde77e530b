/** Tells a long computation that nobody waits for it any more. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
}

export const NEVER: Cancellation = { isCancellationRequested: false };

/** Thrown out of a cancelled computation; the server answers with the protocol's code for it. */
export class Cancelled extends Error {
  constructor() {
    super('The request was cancelled.');
  }
}

/** Ends a computation that nobody waits for. Called in every loop over what a large file has many of. */
export function throwIfCancelled(token: Cancellation): void {
  if (token.isCancellationRequested) throw new Cancelled();
}
