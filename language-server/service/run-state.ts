import type { RunStateParams } from '../requests';

/** How the last run of a document stands, as a client told it; what is not told is not known. */
export type RunState = RunStateParams;
