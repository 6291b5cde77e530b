/** What became of a step that had its turn: it is settled, it waits for a person, or it gets another attempt. */
export type Outcome = 'settled' | 'waiting' | 'retry';
