import type { Problem } from '../../../graph';
import type { Palette } from './palette';
import { plainLine } from './plain-text';

/** Problems as compilers print them: `file:line:column: error SF1001: what is wrong`, and below it what to do. */
export function problemLines(file: string, problems: readonly Problem[], paint: Palette): string {
  return problems
    .map(({ code, severity, message, remedy, range, related = [] }) => {
      const tone = severity === 'error' ? paint.bad : severity === 'warning' ? paint.warning : paint.faint;
      const lines = [`${place(file, range)}: ${tone(`${severity} ${code}`)}: ${plainLine(message)}`];
      for (const other of related) lines.push(`  ${place(file, other.range)}: ${plainLine(other.message)}`);
      lines.push(`  ${paint.faint(plainLine(remedy))}`);
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

/** People and compilers count from 1. */
function place(file: string, { start }: Problem['range']): string {
  return `${plainLine(file)}:${start.line + 1}:${start.character + 1}`;
}
