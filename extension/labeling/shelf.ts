import * as vscode from 'vscode';
import { asFault } from '../engine/link';
import type { ToLabeling, Variant } from '../messages/labeling';
import type { Samples } from '../samples/samples';
import type { OpenTask } from './open-task';

/** Samples that are brought at once. */
const PAGE = 500;
const MOST_TWINS = 200;

interface Reader {
  tell(message: ToLabeling): void;
}

/** Brings what the samples of a task look like to the screen that asks. */
export class Shelf {
  constructor(
    private readonly samples: Samples,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async bring(screen: Reader, open: OpenTask, from: Variant, wanted: string[]): Promise<void> {
    for (const ids of pagesOf(wanted)) await this.bringPage(screen, open, from, ids);
  }

  async bringThumbs(screen: Reader, open: OpenTask, from: Variant, wanted: string[]): Promise<void> {
    for (const ids of pagesOf(wanted)) await this.bringPageOfThumbs(screen, open, from, ids);
  }

  async bringTwins(screen: Reader, open: OpenTask, id: string, count: number): Promise<void> {
    const { data, clean } = open.detail;
    if (data === null || clean === null) return;
    const wanted = Math.min(MOST_TWINS, Math.max(1, Math.round(count)));
    try {
      const question = { kind: 'twins' as const, file: data, clean, id, count: wanted };
      screen.tell({ type: 'twins', id, twins: await this.samples.ask(rootOf(open), question) });
    } catch (error) {
      this.log.warn(sentence(error));
    }
  }

  async bringSimilar(screen: Reader, open: OpenTask, to: string): Promise<void> {
    const { data: file } = open.detail;
    if (file === null) return;
    try {
      const ids = await this.samples.ask(rootOf(open), { kind: 'similar', file, id: to });
      screen.tell({ type: 'similar', to, ids });
    } catch (error) {
      this.log.warn(sentence(error));
    }
  }

  private async bringPage(screen: Reader, open: OpenTask, from: Variant, ids: string[]): Promise<void> {
    const file = fileOf(open, from);
    const missing = (why: string) => {
      const sample = { kind: 'missing' as const, why };
      screen.tell({ type: 'samples', from, samples: ids.map((id) => ({ id, sample })) });
    };
    if (file === null) return missing(vscode.l10n.t('There is no data to show of it. See the run that asks for it.'));
    try {
      const samples = await this.samples.ask(rootOf(open), { kind: 'samples', file, ids, variant: from });
      if (isLeft(open, from, file)) return;
      screen.tell({ type: 'samples', from, samples });
    } catch (error) {
      missing(sentence(error));
    }
  }

  private async bringPageOfThumbs(screen: Reader, open: OpenTask, from: Variant, ids: string[]): Promise<void> {
    const file = fileOf(open, from);
    if (file === null) return this.bringPage(screen, open, from, ids);
    const thumbs = await this.samples
      .ask(rootOf(open), { kind: 'thumbs', file, ids, variant: from })
      .catch((error: unknown) => this.log.warn(sentence(error)));
    if (isLeft(open, from, file)) return;
    if (thumbs) screen.tell({ type: 'thumbs', from, thumbs });
    else await this.bringPage(screen, open, from, ids);
  }
}

const pagesOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, at) => ids.slice(at * PAGE, (at + 1) * PAGE));

/** The file that a face of a task's samples is in. */
function fileOf({ detail, inspection }: OpenTask, from: Variant): string | null {
  if (from === 'clean') return detail.clean;
  return from === 'data' ? detail.data : inspection;
}

/** The task has moved to another run meanwhile: the screen is told so, and asks anew for what was made there. */
const isLeft = (open: OpenTask, from: Variant, file: string): boolean =>
  from !== 'data' && from !== 'clean' && fileOf(open, from) !== file;

const rootOf = ({ mirror }: OpenTask): string => mirror.link.folder.uri.fsPath;

export function sentence(error: unknown): string {
  const { message, remedy } = asFault(error);
  return `${message} ${remedy}`;
}
