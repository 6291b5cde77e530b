/** The arrows of the house (docs/architecture.md): every import between rooms that is not here fails the build. */
const rooms = ['graph', 'language-server', 'engine', 'nodes', 'learning', 'extension', 'webviews'];
const arrows = {
  graph: [],
  learning: [],
  'language-server': ['graph'],
  engine: ['graph'],
  nodes: ['learning', 'engine/protocol', 'graph/language/not'],
  extension: [
    'engine/protocol',
    'engine/host',
    'graph',
    'language-server/requests',
    'nodes/data',
    'nodes/faults',
    'nodes/nearest',
  ],
  webviews: ['engine/protocol', 'graph', 'extension/messages'],
};

module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...rooms.map((room) => ({
      name: `arrows-of-${room}`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: {
        path: `^(${rooms.join('|')})/`,
        pathNot: [`^${room}/`, ...arrows[room].map((to) => `^${to}(/|\\.ts$)`)],
      },
    })),
    {
      name: 'graph-is-pure',
      severity: 'error',
      from: { path: '^graph/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'protocol-is-a-contract',
      severity: 'error',
      from: { path: '^engine/protocol/' },
      to: { path: '^engine/', pathNot: '^engine/protocol/' },
    },
    {
      name: 'plan-is-pure',
      severity: 'error',
      from: { path: '^engine/plan/', pathNot: '\\.test\\.ts$' },
      to: { path: '^engine/', pathNot: '^engine/(plan|protocol)/' },
    },
    {
      name: 'only-the-extension-knows-vscode',
      severity: 'error',
      from: { pathNot: '^extension/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'webviews-have-no-node',
      severity: 'error',
      from: { path: '^webviews/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
};
