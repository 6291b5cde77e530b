import type { AnswerStep, Look } from '../protocol';
import type { TaskOpened } from './ledger-entries';

/** A task, with what was said of its samples. */
export interface TaskState extends TaskOpened {
  /** id -> answer; null: skipped. */
  answers: Map<string, string | null>;
  /** Samples whose answers were given in earlier tasks: those say what they are, also after a correction. */
  takenOver: Set<string>;
  /** Samples that a person opened again: what earlier tasks say of them counts no more. */
  withdrawn: Set<string>;
  /** Why samples were skipped. */
  reasons: Map<string, string>;
  /** How the person came to the answers that stand. */
  looks: Map<string, Look>;
  /** What was answered when a sample was asked again. */
  again: Map<string, string>;
  /** Samples that a person wants to look at again. */
  flagged: Set<string>;
  /** What can be undone, the latest last; what can be done again. */
  done: AnswerStep[];
  undone: AnswerStep[];
  closed: boolean;
}
