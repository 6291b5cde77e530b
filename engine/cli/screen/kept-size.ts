import { sizeOf } from '../../protocol';

/** The size of what a run refers to, for people; null: the store has it no longer. */
export const keptSize = (bytes: number | null): string => (bytes === null ? 'no longer in the store' : sizeOf(bytes));
