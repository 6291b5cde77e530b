import type { Signature } from './signature';

/** The built-in nodes by name, without the `scanflow/` of `uses:`. */
export const catalogue: Map<string, Signature> = new Map();
