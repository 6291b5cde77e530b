import { ScanflowError } from '../engine/protocol';
import type { NodeContext } from './contract';
import { readTable } from './data/read';
import { labelName, type Table } from './data/table';
import { text } from './parameters';

/** How the data calls its labels and ids, where those who read it were told; empty where they were not. */
interface Names {
  label: string;
  id: string;
}

/**
 * Held-back feedback as the data whose place it takes for the gate has it: what reads that data knows its columns, and no others.
 * Data that only the programs of a user can read says nothing of its columns.
 */
export function inPlaceOf(node: NodeContext, held: Table): Table {
  const place = node.optionalInput('replaced');
  if (place === undefined) return held;
  // A run that waits for its answers since before there were these parameters has none.
  const names = (name: string) => (node.parameters.has(name) ? text(node, name) : '');
  try {
    return withNamesOf(readTable(place, 'Input replaced'), held, { label: names('label'), id: names('id') });
  } catch (error) {
    if (!(error instanceof ScanflowError)) throw error;
    node.log(`what is held back keeps its columns: ${error.fault.message}`);
    return held;
  }
}

/**
 * Feedback under the names of other data for labels and ids. Of two tables that are both CSV also in its order, and without what
 * it lacks: to a program that reads every column, an id would be one more feature.
 */
export function withNamesOf(data: Table, held: Table, names: Names): Table {
  const label = labelName(held);
  const newLabel = names.label || labelName(data) || label;
  // Ids that came along under the name of the data are its own; those of the feedback may have been made for it.
  const newId = names.id === '' || held.columns.has(names.id) ? 'id' : names.id;
  const renamed = new Map(
    Array.from(held.columns)
      .filter(([name]) => name === label || name !== newLabel)
      .map(([name, column]) => [name === label ? newLabel! : name === 'id' ? newId : name, column]),
  );
  if (data.format !== 'csv' || held.format !== 'csv') return { ...held, columns: renamed };
  const wanted = [...new Set([...data.columns.keys(), ...(label === undefined ? [] : [newLabel!])])];
  const columns = wanted.flatMap((name) => (renamed.has(name) ? [[name, renamed.get(name)!] as const] : []));
  return { ...held, columns: new Map(columns) };
}
