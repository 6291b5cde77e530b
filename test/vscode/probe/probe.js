// A built-in extension of the tests' VS Code: runs functions that a test sends, in the extension host.
const net = require('node:net');
const vscode = require('vscode');

exports.activate = (context) => {
  const socket = process.env.SCANFLOW_TEST_PROBE;
  if (!socket) return;
  const server = net.createServer((connection) => {
    let text = '';
    connection.setEncoding('utf8');
    connection.on('error', () => {});
    connection.on('data', async (chunk) => {
      text += chunk;
      if (!text.endsWith('\n')) return;
      const { source, argument } = JSON.parse(text);
      text = '';
      let answer;
      try {
        answer = {
          value:
            (await new Function('vscode', 'argument', 'require', `return (${source})(vscode, argument, require)`)(
              vscode,
              argument,
              require,
            )) ?? null,
        };
      } catch (error) {
        answer = { error: String(error?.stack ?? error) };
      }
      connection.end(`${JSON.stringify(answer)}\n`);
    });
  });
  // A reloaded window has a new extension host: the former one's socket is dead.
  require('node:fs').rmSync(socket, { force: true });
  server.listen(socket);
  context.subscriptions.push({ dispose: () => server.close() });
};
