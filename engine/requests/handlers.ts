import type { RequestName, Requests } from '../protocol';

/** The handlers of the contract, before anybody listens. */
export type Handlers = { [N in RequestName]: (parameters: Requests[N][0]) => Promise<Requests[N][1]> };
