import * as vscode from 'vscode';
import { fault } from '../../engine/protocol';
import { decide, rollBack } from '../decisions';
import type { Links } from '../engine/links';
import { received } from '../messages';
import type { FromAnyone } from '../messages/aid';
import { type FromReview, fromReview, type ToReview } from '../messages/review';
import type { Mirror } from '../runs/mirror';
import type { TaskItem } from '../trees/human-tasks-tree';
import type { ModelItem } from '../trees/models-tree';
import { whenDifferent } from '../trees/when-different';
import { type Page, Pages, saveText } from './pages';

export interface ReviewTopic {
  key: string;
  decision: string;
}

type ReviewPage = Page<ReviewTopic, ToReview>;
type Asked = Exclude<FromReview, FromAnyone | { type: 'ready' }>;

/** Reviews of candidates: everything that a person should see before one is authorised. */
export class ReviewPages implements vscode.Disposable {
  private readonly pages: Pages<ReviewTopic, ToReview, FromReview>;
  private readonly subscription: vscode.Disposable;

  constructor(
    extension: vscode.Uri,
    private readonly links: Links,
    log: vscode.LogOutputChannel,
  ) {
    const kind = {
      type: 'scanflow.review',
      bundle: 'review' as const,
      title: () => vscode.l10n.t('Model Review'),
      key: ({ key, decision }: ReviewTopic) => `${key} ${decision}`,
      check: (value: unknown) => received<FromReview>(fromReview, value),
      revive,
      read: (page: ReviewPage, tell: (message: ToReview) => void) => this.read(page, tell),
      hear: (page: ReviewPage, message: Asked) => this.hear(page, message),
    };
    this.pages = new Pages(extension, kind, log);
    // A decision may be made anywhere: in a tree, in another window, by the command.
    const reread = () => {
      for (const page of this.pages.pages()) void page.read();
    };
    this.subscription = links.onDidChange(
      whenDifferent(() => links.all().map(({ key, models, tasks }) => [key, models, tasks]), reread),
    );
  }

  /** The review of a decision; without one of one that waits. */
  async show(item?: TaskItem | ModelItem | ReviewTopic): Promise<void> {
    const topic = topicOf(item) ?? (await this.choose());
    if (topic) this.pages.show(topic);
  }

  dispose(): void {
    this.subscription.dispose();
    this.pages.dispose();
  }

  private async choose(): Promise<ReviewTopic | undefined> {
    const rows = (await this.links.asked()).flatMap((mirror) =>
      mirror.models.flatMap(({ name, versions }) =>
        versions.flatMap(({ decision, version }) =>
          decision
            ? [
                {
                  label: `${name} v${version}`,
                  description: decision.state,
                  detail: decision.reason,
                  mirror,
                  decision,
                },
              ]
            : [],
        ),
      ),
    );
    const waiting = rows.filter(({ decision }) => decision.state === 'waiting');
    if (rows.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No candidate was proposed yet.'));
    }
    const row =
      waiting.length === 1
        ? waiting[0]
        : rows.length === 0
          ? undefined
          : await vscode.window.showQuickPick([...waiting, ...rows.filter((one) => !waiting.includes(one))]);
    return row && { key: row.mirror.key, decision: row.decision.id };
  }

  private async hear(page: ReviewPage, message: Asked): Promise<unknown> {
    if (message.type === 'save') return saveText(message.name, message.text);
    const mirror = this.mirror(page);
    const review = await mirror.link.ask('review', { decision: page.topic.decision });
    const found = { mirror, decision: review.decision, workflow: review.workflow };
    switch (message.type) {
      case 'authorise':
        return decide(this.links, 'promote', found);
      case 'reject':
        return decide(this.links, 'reject', found);
      case 'rollBack':
        return rollBack(this.links, found);
      case 'compare':
        return vscode.commands.executeCommand('scanflow.compareRuns', [review.run]);
      case 'log':
        return vscode.commands.executeCommand('scanflow.showLog', {
          key: mirror.key,
          run: review.run,
          node: message.step,
        });
    }
  }

  private async read(page: ReviewPage, tell: (message: ToReview) => void): Promise<void> {
    const mirror = this.mirror(page);
    const review = await mirror.link.ask('review', { decision: page.topic.decision });
    const promoted = mirror.models.flatMap(({ versions }) =>
      versions.filter(({ alias, decision }) => alias === 'champion' && decision?.id === review.decision.id),
    );
    tell({ type: 'review', key: page.topic.key, review, current: promoted.length > 0 });
  }

  /** @throws SF4902 where its folder is no longer open. */
  private mirror({ topic }: ReviewPage): Mirror {
    const mirror = this.links.byKey(topic.key);
    if (mirror) return mirror;
    throw fault('SF4902', 'request', 'The folder of this model is not open here.', 'Open it.');
  }
}

function topicOf(item?: TaskItem | ModelItem | ReviewTopic): ReviewTopic | undefined {
  if (item && 'decision' in item) return { key: item.key, decision: item.decision };
  if (!item || !('mirror' in item)) return undefined;
  const decision = 'task' in item ? item.task.decision : item.type === 'version' ? item.version.decision : null;
  return decision ? { key: item.mirror.key, decision: decision.id } : undefined;
}

function revive(state: unknown): ReviewTopic | null {
  const { key, decision } = (state ?? {}) as Partial<Record<keyof ReviewTopic, unknown>>;
  return typeof key === 'string' && typeof decision === 'string' ? { key, decision } : null;
}
