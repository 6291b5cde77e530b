import * as vscode from 'vscode';
import { docker } from './containers';
import type { Health } from './link';
import type { Links } from './links';

/** Language status items: how the engine is, and what to do where it is not well; whether it finds a container engine. */
export function showHealth(links: Links): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('scanflow.engine', { language: 'scanflow' });
  item.name = 'Scanflow Engine';
  const containers = showContainers();
  let former: Health['state'] = 'off';
  const show = () => {
    const healths = links.all().map(({ link }) => link.health);
    const worst = healths.reduce<Health>((one, other) => (rank(other) > rank(one) ? other : one), { state: 'off' });
    void vscode.commands.executeCommand('setContext', 'scanflow.engineFailed', worst.state === 'failed');
    const { text, detail, severity, busy, command } = describe(worst);
    Object.assign(item, { text, detail, severity, busy, command });
    if (worst.state === 'ready' && former !== 'ready') void containers.look();
    former = worst.state;
  };
  const subscription = links.onDidChange(show);
  const trusted = vscode.workspace.onDidGrantWorkspaceTrust(show);
  show();
  return vscode.Disposable.from(item, containers.item, subscription, trusted);
}

/** Said once the engine is there: before, nothing runs anywhere. */
function showContainers() {
  const item = vscode.languages.createLanguageStatusItem('scanflow.containers', { language: 'scanflow' });
  item.name = 'Scanflow Containers';
  item.text = vscode.l10n.t('Containers: not looked at yet');
  item.command = { title: vscode.l10n.t('Doctor'), command: 'scanflow.doctor' };
  const look = async () => {
    const { state, found, remedy } = await docker();
    if (state === 'well') item.text = vscode.l10n.t('Containers: Docker');
    // An address of another machine is the engine's to ask; it looks in more places (contexts, rootless, Podman), too.
    else
      item.text =
        remedy === ''
          ? vscode.l10n.t('Containers: elsewhere')
          : vscode.l10n.t('Containers: no Docker at the usual place');
    item.detail = found;
  };
  return { item, look };
}

const ORDER = ['off', 'ready', 'starting', 'lost', 'failed'];
const rank = ({ state }: Health) => ORDER.indexOf(state);

interface Description {
  text: string;
  detail: string;
  severity: vscode.LanguageStatusSeverity;
  busy: boolean;
  command: vscode.Command | undefined;
}

function describe(health: Health): Description {
  const severities = vscode.LanguageStatusSeverity;
  const calm = { severity: severities.Information, busy: false, command: undefined };
  const log = { title: vscode.l10n.t('Log'), command: 'scanflow.showEngineLog' };
  if (!vscode.workspace.isTrusted) {
    return {
      ...calm,
      text: vscode.l10n.t('Engine: off'),
      detail: vscode.l10n.t('The workspace is not trusted: nothing runs.'),
      command: { title: vscode.l10n.t('Trust'), command: 'workbench.trust.manage' },
    };
  }
  switch (health.state) {
    case 'off':
      return { ...calm, text: vscode.l10n.t('Engine: off'), detail: vscode.l10n.t('Starts with the first run.') };
    case 'starting':
      return { ...calm, text: vscode.l10n.t('Engine: starting'), detail: '', busy: true };
    case 'ready':
      return { ...calm, text: vscode.l10n.t('Engine: ready'), detail: '', command: log };
    case 'lost':
      return {
        text: vscode.l10n.t('Engine: lost'),
        detail: vscode.l10n.t('It ended or was killed. Runs go on where they were when it is back.'),
        severity: severities.Warning,
        busy: false,
        command: { title: vscode.l10n.t('Reconnect'), command: 'scanflow.reconnect' },
      };
    case 'failed':
      return {
        text: vscode.l10n.t('Engine: failed'),
        detail: `${health.fault.message} ${health.fault.remedy}`,
        severity: severities.Error,
        busy: false,
        command: { title: vscode.l10n.t('Doctor'), command: 'scanflow.doctor' },
      };
  }
}
