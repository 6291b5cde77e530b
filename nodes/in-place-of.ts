import type { NodeContext } from './contract';
import { type Header, readHeader } from './data/header';
import { labelName, type Table } from './data/table';
import { text } from './parameters';

/** How the data calls its labels and ids, where those who read it were told; empty where they were not. */
interface Names {
  label: string;
  id: string;
}

/**
 * Held-back feedback as the data whose place it takes for the gate has it: what reads that data knows its columns, and no others.
 * Data that only the programs of a user can read says nothing of its columns. No more of it is read than their names, also where nothing
 * is held back: the gate measures on that too.
 */
export async function inPlaceOf(node: NodeContext, held: Table): Promise<Table> {
  const place = node.optionalInput('replaced');
  if (place === undefined) return held;
  // A run that waits for its answers since before there were these parameters has none.
  const names = (name: string) => (node.parameters.has(name) ? text(node, name) : '');
  try {
    const header = await readHeader(place, 'Input replaced');
    return withNamesOf(header, held, { label: names('label'), id: names('id') });
  } catch (error) {
    // Whatever it is: to name columns alike is a help, and must not cost the improver and its gate.
    node.log(`what is held back keeps its columns: ${error instanceof Error ? error.message : String(error)}`);
    return held;
  }
}

/**
 * Feedback under the names of other data for labels and ids. Of two tables that are both CSV also in its order, and without what
 * it lacks: to a program that reads every column, an id would be one more feature.
 */
function withNamesOf(data: Header, held: Table, names: Names): Table {
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
  const wanted = [...new Set([...data.columns, ...(label === undefined ? [] : [newLabel!])])];
  const columns = wanted.flatMap((name) => (renamed.has(name) ? [[name, renamed.get(name)!] as const] : []));
  return { ...held, columns: new Map(columns) };
}
