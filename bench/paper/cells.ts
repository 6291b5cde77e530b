import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Options, Recipe, Scenario } from './options';

/** One measurement: accuracies in percent on the test set, clean and under one corruption. */
export interface Cell {
  recipe: Recipe;
  scenario: Scenario;
  seed: number;
  kind: string;
  /** Labels for this corruption; 0 where none are asked for. */
  n: number;
  clean: number;
  drifted: number;
  /** Of the adaptation, on the clock. */
  seconds: number;
  /** Of the adaptation, of one core: what other work on the machine does not change much. Absent: not measured. */
  cpu?: number;
  /** Of what was measured; absent: 1. */
  version?: number;
}

export type CellKey = Omit<Cell, 'clean' | 'drifted' | 'seconds' | 'cpu' | 'version'>;

/** Raised where a scenario becomes another by a change of its recipe: what was measured of it before counts no more. */
const VERSIONS: Record<string, number> = { 'improved/MDWI+HFC': 3 };
const versionOf = ({ recipe, scenario }: CellKey): number => VERSIONS[`${recipe}/${scenario}`] ?? 1;

export const keyOf = ({ recipe, scenario, seed, kind, n }: CellKey): string =>
  [recipe, scenario, seed, kind, n].join('/');

/** The measurements of a folder, a line each: what is there is not measured again. */
export class Cells {
  readonly all = new Map<string, Cell>();
  private readonly file: string;

  /** @param onAdd Called after each new measurement. */
  constructor(
    folder: string,
    private readonly onAdd: (cells: Cells) => void = () => {},
  ) {
    mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, 'cells.jsonl');
    if (!existsSync(this.file)) return;
    this.read(this.file);
    // A torn line gets no other behind it.
    if (!readFileSync(this.file, 'utf8').endsWith('\n')) appendFileSync(this.file, '\n');
  }

  /** Takes in those of a file; they are not written again. */
  read(file: string): void {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      // A torn last line is measured again.
      if (!line.endsWith('}')) continue;
      const cell = JSON.parse(line) as Cell;
      if ((cell.version ?? 1) === versionOf(cell)) this.all.set(keyOf(cell), cell);
    }
  }

  /** Those that are asked for, of any number of labels. */
  of({ seeds, recipes, scenarios, kinds }: Pick<Options, 'seeds' | 'recipes' | 'scenarios' | 'kinds'>): Cell[] {
    return [...this.all.values()].filter(
      ({ seed, recipe, scenario, kind }) =>
        seeds.includes(seed) && recipes.includes(recipe) && scenarios.includes(scenario) && kinds.includes(kind),
    );
  }

  has(key: CellKey): boolean {
    return this.all.has(keyOf(key));
  }

  add(cell: Cell): void {
    const round = (value: number) => Number(value.toFixed(3));
    const version = versionOf(cell);
    const written = {
      ...{ ...cell, clean: round(cell.clean), drifted: round(cell.drifted), seconds: round(cell.seconds) },
      ...(cell.cpu === undefined ? {} : { cpu: round(cell.cpu) }),
      ...(version === 1 ? {} : { version }),
    };
    appendFileSync(this.file, `${JSON.stringify(written)}\n`);
    this.all.set(keyOf(cell), written);
    const { recipe, scenario, seed, kind, n } = cell;
    console.error(
      `${recipe} ${scenario} seed ${seed} ${kind} n ${n}: clean ${written.clean} drifted ${written.drifted} (${written.seconds} s)`,
    );
    this.onAdd(this);
  }
}
