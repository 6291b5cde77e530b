import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Backend, type ClassifierModel, exportOnnx, loadModel, saveModel } from '../learning';
import { readText } from './data/content';
import { writeFile, writeJson } from './data/write';
import { nodeFault } from './faults';

/** A trained classifier and what its numbers mean. */
export interface Classifier {
  model: ClassifierModel;
  /** The label of each class, in the order of the network's outputs. */
  classes: string[];
  /** The columns that it was trained on; undefined for arrays. */
  features?: string[];
}

const MEANING = 'classes.json';

/** Writes the output `model`: the network's folder with its classes and columns beside it. */
export async function saveClassifier(folder: string, { model, classes, features }: Classifier): Promise<void> {
  await saveModel(model, folder);
  writeJson(path.join(folder, MEANING), { classes, features });
}

/** Writes the output `onnx`: the same model for onnxruntime, with its classes and columns in the file's metadata. */
export async function saveOnnx(file: string, { model, classes, features }: Classifier): Promise<void> {
  const metadata = { classes: JSON.stringify(classes), ...(features && { features: JSON.stringify(features) }) };
  writeFile(file, await exportOnnx(model, metadata));
}

/** @throws SF7120 where the folder is none of `saveClassifier`, SF7030 where it is damaged. */
export async function loadClassifier(backend: Backend, folder: string, what = 'Input model'): Promise<Classifier> {
  const file = path.join(folder, MEANING);
  if (!existsSync(file)) throw nodeFault('SF7120', `${what} is no folder that scanflow/classifier wrote.`);
  const { classes, features } = readMeaning(readText(file, what), what);
  const model = await loadModel(backend, folder);
  if (model.kind !== 'classifier') throw nodeFault('SF7120', `${what} is an ${model.kind}.`);
  if (model.classes !== classes.length) {
    throw nodeFault('SF7120', `${what} names ${classes.length} classes and predicts ${model.classes}.`);
  }
  return { model, classes, features };
}

function readMeaning(text: string, what: string): Pick<Classifier, 'classes' | 'features'> {
  const isTexts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((each) => typeof each === 'string');
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw nodeFault('SF7120', `${MEANING} of ${inside(what)} is no JSON.`, undefined, { cause: error });
  }
  const { classes, features } = (read ?? {}) as Record<string, unknown>;
  if (!isTexts(classes) || !(features === undefined || isTexts(features))) {
    throw nodeFault('SF7120', `${MEANING} of ${inside(what)} does not name its classes.`);
  }
  return { classes, features };
}

const inside = (what: string): string => what.charAt(0).toLowerCase() + what.slice(1);
