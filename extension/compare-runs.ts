import * as vscode from 'vscode';
import type { RunSummary } from '../engine/protocol';
import type { Links } from './engine/links';
import { ago } from './trees/state-icons';

/** Lets a person choose runs, and shows what differs between them as a page. */
export async function compareRuns(links: Links): Promise<void> {
  const rows = links.all().flatMap((mirror) =>
    mirror.rows.map((row) => ({
      label: row.workflow,
      description: `${row.state} · ${ago(row.startedAt)}`,
      detail: row.run,
      mirror,
    })),
  );
  const placeHolder = vscode.l10n.t('Two runs or more; the oldest is the baseline');
  const picked = await vscode.window.showQuickPick(rows, { canPickMany: true, placeHolder });
  if (!picked || picked.length < 2) return;
  const runs = await Promise.all(picked.map(({ mirror, detail }) => mirror.summary(detail)));
  const content = comparisonOf(runs.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)));
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.commands.executeCommand('markdown.showPreview', document.uri);
}

/** Runs side by side, the first as the baseline: only what differs. */
export function comparisonOf(runs: readonly RunSummary[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
  const table = (title: string, values: Map<string, string[]>) => {
    const rows = [...values].filter(([, cells]) => new Set(cells).size > 1);
    if (rows.length === 0) return [`## ${title}`, '', 'The same.', ''];
    return [
      `## ${title}`,
      '',
      `| | ${runs.map(({ run }) => cell(run)).join(' | ')} |`,
      `| --- |${' --- |'.repeat(runs.length)}`,
      ...rows.map(([name, cells]) => `| ${cell(name)} | ${cells.map(cell).join(' | ')} |`),
      '',
    ];
  };
  return [
    '# Runs side by side',
    '',
    ...table('Metrics', metricsOf(runs)),
    ...table(
      'Parameters',
      across(runs, ({ parameters }) => entries(parameters, (value) => JSON.stringify(value))),
    ),
    ...table(
      'Nodes',
      across(runs, ({ nodes }) => new Map(nodes.map(({ name, state }) => [name, state]))),
    ),
  ].join('\n');
}

/** With the difference to the baseline, as a sign and a number. */
function metricsOf(runs: readonly RunSummary[]): Map<string, string[]> {
  const each = runs.map(
    ({ metrics }) =>
      new Map(
        Object.entries(metrics).flatMap(([node, values]) =>
          Object.entries(values).map(([name, value]) => [`${node}.${name}`, value]),
        ),
      ),
  );
  const names = new Set(each.flatMap((values) => [...values.keys()]));
  return new Map(
    [...names].sort().map((name) => {
      const base = each[0]?.get(name);
      const cells = each.map((values, at) => {
        const value = values.get(name);
        if (value === undefined) return '-';
        const shown = String(Number(value.toPrecision(6)));
        if (at === 0 || base === undefined || value === base) return shown;
        return `${shown} (${value > base ? '▲ +' : '▼ '}${Number((value - base).toPrecision(3))})`;
      });
      return [name, cells];
    }),
  );
}

function across(runs: readonly RunSummary[], of: (run: RunSummary) => Map<string, string>): Map<string, string[]> {
  const each = runs.map(of);
  const names = [...new Set(each.flatMap((values) => [...values.keys()]))];
  return new Map(names.map((name) => [name, each.map((values) => values.get(name) ?? '-')]));
}

const entries = <T>(object: Record<string, T>, text: (value: T) => string) =>
  new Map(Object.entries(object).map(([name, value]) => [name, text(value)]));
