import { portsOf } from '../../../graph';
import type { Code } from '../../../graph/codes';
import type { HintCode } from '../diagnostics/codes';
import { addEntry, addItem } from '../editing/add';
import { nodeAt } from '../editing/find';
import { removeEntry } from '../editing/remove';
import { resolvePath } from '../files/access';
import { type ActionRequest, changing, type Fixer, type Proposal } from './action';
import {
  addMissingEdge,
  addMissingKeys,
  declareExecutor,
  declareLabel,
  declareNode,
  declarePort,
  declareReference,
  declareSource,
  giveParameter,
  pathAt,
  writtenAt,
} from './missing';
import { exchangeEnds, namePort, removeItem, removeKey, removeUnused } from './unwanted';

/** What solves the problems that have more than the one obvious edit that they carry themselves. */
export const fixers: ReadonlyMap<string, Fixer> = new Map<Code | HintCode, Fixer>([
  ['SF1007', (request) => (typeof pathAt(request).at(-1) === 'number' ? removeItem(request) : removeKey(request))],
  ['SF1010', removeKey],
  ['SF1011', addMissingKeys],
  ['SF1018', removeKey],
  [
    'SF2001',
    (request) =>
      pathAt(request)[0] === 'edges' ? [...declareNode(request), ...removeItem(request)] : declareNode(request),
  ],
  ['SF2002', declarePort],
  ['SF2003', declareSource],
  ['SF2004', declareExecutor],
  ['SF2006', declareLabel],
  ['SF2008', (request) => [...declareNode(request), ...removeItem(request)]],
  ['SF2009', declareReference],
  ['SF2010', removeItem],
  ['SF2011', removeItem],
  ['SF2012', namePort],
  ['SF2013', (request) => [...exchangeEnds(request), ...removeItem(request)]],
  ['SF2014', addMissingEdge],
  ['SF2015', removeItem],
  ['SF2016', removeItem],
  ['SF2017', removeItem],
  ['SF2018', becomeImprover],
  ['SF2020', removeContradiction],
  ['SF2021', removeKey],
  ['SF2023', giveParameter],
  ['SF2406', removeUnused],
  ['SF2407', removeUnused],
  ['SF2408', removeUnused],
  ['SF2409', removeUnused],
  ['SF2402', removeUnused],
  ['SF2404', addMissingEdge],
  ['SF2420', createFile],
  ['SF2421', createDockerfile],
  ['SF2424', addScript],
]);

/** Keys of an improver at a node that is none, or an improver without a target. */
function becomeImprover(request: ActionRequest): Proposal[] {
  const { snapshot } = request;
  const name = writtenAt(request);
  const node = snapshot.workflow.nodes.get(name);
  if (!node) return [];
  const path = ['nodes', name];
  if (node.kind === 'improver') {
    const targets = [...snapshot.workflow.nodes.values()].filter(
      (other) => other.name !== name && other.nature === 'learning',
    );
    const others =
      targets.length > 0
        ? targets
        : [...snapshot.workflow.nodes.values()].filter((other) => other.name !== name && other.kind === 'task');
    return others.slice(0, 5).flatMap((other) => {
      const [input] = portsOf(snapshot.workflow, other).inputs.keys();
      const target = input === undefined ? other.name : `${other.name}.${input}`;
      return changing(`Let it improve "${target}"`, addEntry(snapshot, path, 'improves', target));
    });
  }
  const kind = nodeAt(snapshot, [...path, 'kind']);
  if (kind?.range)
    return changing('Make it an improver', { start: kind.range[0], end: kind.range[1], text: 'improver' });
  return 'executor' in node.program
    ? changing('Make it an improver', addEntry(snapshot, path, 'kind', 'improver'))
    : [];
}

/** `kind` or `nature` that says otherwise than the built-in node. */
function removeContradiction(request: ActionRequest): Proposal[] {
  const [section, name, key] = pathAt(request);
  if (section !== 'nodes' || typeof key !== 'string') return [];
  return changing(`Remove "${key}"`, removeEntry(request.snapshot, ['nodes', name!], key));
}

function createFile({ snapshot, problem }: ActionRequest): Proposal[] {
  const path = writtenAt({ snapshot, problem } as ActionRequest);
  if (/There is no folder/.test(problem.message)) {
    return [
      {
        title: `Create "${path}/Dockerfile"`,
        creates: [{ uri: resolvePath(snapshot.uri, `${path}/Dockerfile`), text: DOCKERFILE }],
      },
    ];
  }
  return [{ title: `Create "${path}"`, creates: [{ uri: resolvePath(snapshot.uri, path), text: '' }] }];
}

function createDockerfile(request: ActionRequest): Proposal[] {
  const path = writtenAt(request).replace(/\/+$/, '');
  if (/is a file/.test(request.problem.message)) return [];
  return [
    {
      title: `Create "${path}/Dockerfile"`,
      creates: [{ uri: resolvePath(request.snapshot.uri, `${path}/Dockerfile`), text: DOCKERFILE }],
    },
  ];
}

const DOCKERFILE = 'FROM python:3.12-slim\n';

function addScript(request: ActionRequest): Proposal[] {
  const script = /runs "([^"]+)"/.exec(request.problem.message)?.[1];
  if (script === undefined) return [];
  return changing(
    `Add "${script}" to the files`,
    addItem(request.snapshot, ['executors', writtenAt(request), 'files'], script),
  );
}
