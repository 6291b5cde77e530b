import type { BoundKeys } from '../key-text';
import { t } from '../words';

/** All key bindings of the graph; a test compares them with the manifest's. */
export const GRAPH_KEYS: BoundKeys[] = [
  { bound: { 'graph.search': ['/', 'ctrl+f'] }, what: t('Find nodes') },
  { bound: { 'graph.next': ['f3'], 'graph.previous': ['shift+f3'] }, what: t('The next one found, the one before') },
  { bound: { 'graph.fit': ['0'] }, what: t('Show all of it') },
  {
    bound: {
      'graph.zoomIn': ['=', 'shift+=', 'numpad_add'],
      'graph.zoomOut': ['-', 'numpad_subtract'],
    },
    what: t('Nearer, farther'),
  },
  { bound: { 'graph.focus': ['f'] }, what: t('Light the neighbourhood only') },
  { bound: { 'graph.group': ['alt+up'] }, what: t('To the sub-workflow around') },
  { bound: { 'graph.expandAll': ['e'], 'graph.collapseAll': ['shift+e'] }, what: t('Open, close all sub-workflows') },
  { bound: { 'graph.run': ['r'] }, what: t('Run up to the node') },
  { bound: { 'graph.log': ['l'] }, what: t('Show its log') },
  { bound: { 'graph.curves': ['u'] }, what: t('Show the curves of its metrics') },
  { bound: { 'graph.review': ['v'] }, what: t('Review what its improver proposed, or the revision that it is from') },
  { bound: { 'graph.add': ['a'] }, what: t('Add a node') },
  { bound: { 'graph.connect': ['c'] }, what: t('Connect the node to another') },
  { bound: { 'graph.rename': ['f2'] }, what: t('Rename the node') },
  { bound: { 'graph.relabel': ['p'] }, what: t('Change the phase of the edge') },
  { bound: { 'graph.move': ['m'] }, what: t('Move the node to a sub-workflow') },
  { bound: { 'graph.remove': ['delete'] }, what: t('Delete the node with its edges, or the edge') },
];
