import * as vscode from 'vscode';
import type { Outline, OutlineParameter } from '../graph/outline';
import { type Choice, describeChoice, offersOf } from './choice';
import { numberIn } from './typed-parameters';

interface Row extends vscode.QuickPickItem {
  choice?: Choice;
  more?: 'nodes' | 'parameters' | 'fresh';
}

/** Lets a person choose what to run, in one quick pick; nodes, parameters and a run without the cache are a row away. */
export async function askChoice(outline: Outline, last: Choice | null): Promise<Choice | undefined> {
  let chosen: Choice = {};
  for (;;) {
    const settled = Object.keys(chosen).length > 0;
    const rows: Row[] = [
      ...(settled
        ? [
            {
              label: `$(run-all) ${vscode.l10n.t('Run')}`,
              description: describeChoice(chosen, vscode.l10n.t),
              choice: chosen,
            },
          ]
        : []),
      ...offersOf(outline, settled ? null : last, vscode.l10n.t).map(({ label, description, choice }) => ({
        label: `$(run-all) ${label}`,
        description,
        choice: { ...chosen, ...choice },
      })),
      { label: vscode.l10n.t('Choose'), kind: vscode.QuickPickItemKind.Separator },
      { label: `$(target) ${vscode.l10n.t('Only up to nodes...')}`, more: 'nodes' },
      ...(outline.parameters.length > 0
        ? [{ label: `$(settings) ${vscode.l10n.t('Other parameters...')}`, more: 'parameters' as const }]
        : []),
      { label: `$(sync-ignored) ${vscode.l10n.t('Without the cache')}`, more: 'fresh' },
    ];
    const title = vscode.l10n.t('Run {0}', outline.name);
    const row = await vscode.window.showQuickPick(rows, { title, placeHolder: vscode.l10n.t('What to run') });
    if (!row) return undefined;
    if (row.choice) return row.choice;
    if (row.more === 'fresh') chosen = { ...chosen, fresh: true };
    if (row.more === 'nodes') chosen = { ...chosen, to: (await askNodes(outline)) ?? chosen.to };
    if (row.more === 'parameters') chosen = await askParameter(outline.parameters, chosen);
  }
}

async function askNodes(outline: Outline): Promise<string[] | undefined> {
  const rows = outline.nodes
    .filter(({ kind }) => kind !== 'source')
    .map(({ id, label, program }) => ({ label: id, description: `${label}, ${program}` }));
  const placeHolder = vscode.l10n.t('Run these and what they need');
  const picked = await vscode.window.showQuickPick(rows, { canPickMany: true, placeHolder });
  return picked && picked.length > 0 ? picked.map(({ label }) => label) : undefined;
}

async function askParameter(parameters: OutlineParameter[], chosen: Choice): Promise<Choice> {
  // No parameter is null: that is one without a default.
  const shownValue = ({ name, default: usual }: OutlineParameter) =>
    chosen.parameters?.[name] ?? (usual === null ? '' : JSON.stringify(usual));
  const rows = parameters.map((parameter) => ({
    label: parameter.name,
    description: shownValue(parameter) || vscode.l10n.t('no default'),
    detail: parameter.description,
    parameter,
  }));
  const row = await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which parameter') });
  if (!row) return chosen;
  const { parameter } = row;
  const value =
    parameter.choices.length > 0
      ? await vscode.window.showQuickPick(parameter.choices.map(String), { placeHolder: parameter.name })
      : await vscode.window.showInputBox({
          prompt: parameter.description || parameter.name,
          value: shownValue(parameter),
          validateInput: (text) => refusal(parameter, text),
        });
  return value === undefined ? chosen : { ...chosen, parameters: { ...chosen.parameters, [parameter.name]: value } };
}

function refusal({ type }: OutlineParameter, text: string): string | null {
  if (text.trim() === '') {
    return type === 'string' ? vscode.l10n.t('Write "" for an empty text.') : vscode.l10n.t('A value is needed.');
  }
  if (type === 'integer' && numberIn(text, type) === null) return vscode.l10n.t('A whole number.');
  if (type === 'number' && numberIn(text, type) === null) return vscode.l10n.t('A number.');
  if (type === 'boolean' && !['true', 'false'].includes(text.trim())) return vscode.l10n.t('true or false.');
  return null;
}
