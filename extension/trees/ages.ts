import type * as vscode from 'vscode';
import { ago } from './state-icons';

const MINUTE = 60_000;

/** The ages that rows of a tree say, and which of them are no longer true. */
export class Ages<T> {
  private readonly said = new Map<T, { at: string; words: string }>();

  /** The age that a row says. */
  of(item: T, at: string): string {
    const words = ago(at);
    this.said.set(item, { at, words });
    return words;
  }

  forget(): void {
    this.said.clear();
  }

  /** Rows that say another age than they have by now. */
  past(): T[] {
    return [...this.said].flatMap(([item, { at, words }]) => (ago(at) === words ? [] : [item]));
  }
}

/** Calls `refresh` each minute in which one of the views is seen, and as soon as one is seen again. */
export function whileSeen(
  views: readonly Pick<vscode.TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>[],
  refresh: () => void,
): vscode.Disposable {
  let timer: NodeJS.Timeout | null = null;
  const look = () => {
    const seen = views.some(({ visible }) => visible);
    if (seen && timer === null) {
      refresh();
      timer = setInterval(refresh, MINUTE);
    } else if (!seen && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
  look();
  const changes = views.map((view) => view.onDidChangeVisibility(look));
  return {
    dispose() {
      for (const change of changes) change.dispose();
      if (timer) clearInterval(timer);
    },
  };
}
