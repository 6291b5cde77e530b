import type { Command } from 'commander';
import { EXIT } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import type { Check } from '../doctor/examine';
import type { Palette } from '../screen/palette';
import { plainLine, plainText } from '../screen/plain-text';
import { pad } from '../screen/width';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** `doctor`: what this machine and this workspace can and can't do, with a remedy a row. */
export function doctorCommand(program: Command, context: Context): void {
  const { io, out } = context;
  addCommand(program, 'doctor', 'check this machine and this workspace, and say what to do')
    .option('--install-tfjs-node', 'install the faster learning backend first')
    .option('--install-onnxruntime', 'install what scanflow/onnx-predictor runs models with first')
    .action(async (options: CommonOptions & { installTfjsNode?: boolean; installOnnxruntime?: boolean }) => {
      // Loaded here: it reaches for Docker and Python, which other commands do without.
      const { examine } = await import('../doctor/examine');
      const { installOnnxRuntime, installTfjsNode } = await import('../doctor/optional-parts');
      const say = (text: string) => io.err(plainText(text));
      if (options.installTfjsNode) await installTfjsNode(io.installation, say);
      if (options.installOnnxruntime) await installOnnxRuntime(io.installation, say);
      const root = workspaceRoot(io.cwd, options);
      const checks = await examine(root, io.installation, (question) => withEngine(io, root, {}, question));
      printResult(context, options, { checks }, () => checks.map((check) => rowOf(check, out)).join(''));
      context.exit(checks.some(({ state }) => state === 'error') ? EXIT.environment : EXIT.done);
    });
}

function rowOf({ name, state, found, remedy }: Check, paint: Palette): string {
  const tone = state === 'ok' ? paint.good : state === 'warning' ? paint.warning : paint.bad;
  const line = `${tone(pad(state, 7))}  ${pad(name, 14)}  ${plainLine(found)}\n`;
  return remedy === null ? line : `${line}${' '.repeat(25)}${paint.faint(plainLine(remedy))}\n`;
}
