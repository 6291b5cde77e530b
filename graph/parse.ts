import type { Document } from 'yaml';
import { buildWorkflow } from './build/workflow';
import { catalogue as builtins } from './catalogue';
import type { Signature } from './catalogue/signature';
import { checkDocument } from './definition/check';
import { documentShape } from './definition/document';
import type { Problem } from './problem';
import { createReport, type Report } from './report';
import { checkGraph } from './rules/graph';
import type { Composer } from './text/compose';
import type { Lines } from './text/lines';
import type { YamlNode } from './text/nodes';
import { type ReadText, readText } from './text/read';
import { emptyWorkflow, type Workflow } from './workflow';

export interface ParsedWorkflow {
  /** What is valid in the text; the rest are problems. */
  workflow: Workflow;
  /** Everything that is wrong, in the order of the text. */
  problems: Problem[];
  /** The YAML document; its ranges are offsets in the text (`lines` turns them into positions). */
  document: Document;
  lines: Lines;
  text: string;
}

/**
 * Reads a `.scanflow` text: what it means, and all that is wrong with it in one pass. Never throws.
 *
 * @param catalogue the built-in nodes that `uses:` may name.
 * @param compose a composer that knows the text's last version, so that only what has changed is parsed.
 */
export function parseWorkflow(
  text: string,
  catalogue: ReadonlyMap<string, Signature> = builtins,
  compose?: Composer,
): ParsedWorkflow {
  const report = createReport();
  const read = readText(text, report, compose);
  const { document, lines } = read;
  let workflow = emptyWorkflow();
  try {
    workflow = understand(read, report, catalogue);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const range = lines.range(0, Math.min(1, text.length));
    report.add('SF1008', range, `Scanflow failed to read this file: ${what}.`, 'Please report it, with the file.');
  }
  return { workflow, problems: report.problems(), document, lines, text };
}

function understand(read: ReadText, report: Report, catalogue: ReadonlyMap<string, Signature>): Workflow {
  if (!read.usable) return emptyWorkflow();
  const origin = { start: 0, lines: read.lines };
  const context = { text: read.text, lines: read.lines, report, broken: read.broken, origin };
  const checked = checkDocument(read.document.contents as YamlNode, documentShape, context);
  if (!checked) return emptyWorkflow();
  const built = buildWorkflow(checked, { ...context, catalogue });
  checkGraph(built);
  return built.context.workflow;
}
