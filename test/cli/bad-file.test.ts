import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Place, place } from './place';

let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

const edges = (lines: string) => `
scanflow: 1
name: bad
labels: { nodes: [work], edges: [training] }
executors:
  e:
    command: [node, -e, ""]
    inputs: { x: { type: text, optional: true } }
    outputs: { y: { type: text, path: y } }
nodes: { a: { executor: e }, b: { executor: e } }
edges:
${lines}
`;

describe('a file that is wrong', () => {
  it.each([
    ['an unknown key', 'scanflow: 1\nname: x\nnods: {}\n', /nods/],
    ['a label outside the alphabet', edges('  - a.y -> b.x [serving]'), /serving/],
    ['a wrong type', 'scanflow: 1\nname: x\nnodes: [a]\n', /nodes/],
    ['a missing port', edges('  - a.z -> b.x [training]'), /z/],
    ['a missing node', edges('  - a.y -> c.x [training]'), /c/],
    [
      'a duplicate name',
      'scanflow: 1\nname: x\nnodes: { a: { uses: scanflow/tracker }, a: { uses: scanflow/tracker } }\n',
      /a/,
    ],
    ['a cycle, named', edges('  - a.y -> b.x [training]\n  - b.y -> a.x [training]'), /a.*b.*a|b.*a.*b/],
    ['not YAML', 'scanflow: 1\nname: x\nnodes: {\n', /./],
    ['nothing', '', /./],
  ])('%s: exit code 2, each problem with a code, a place and a remedy', (_name, text, names) => {
    at.write({ 'bad.scanflow': text });
    const validated = at.command(['validate', 'bad.scanflow', '--json']);
    const { problems } = JSON.parse(validated.stdout) as {
      problems: { code: string; message: string; remedy: string }[];
    };
    expect(problems).toHaveLength(1);
    expect(problems[0]!.code).toMatch(/^SF[12]\d{3}$/);
    expect(problems[0]!.message).toMatch(names);
    expect(problems[0]!.remedy.length).toBeGreaterThan(5);
    const run = at.command(['run', 'bad.scanflow']);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(problems[0]!.code);
    expect(run.stdout).toBe('');
  });
});
