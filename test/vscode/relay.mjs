// Inside the browser's own network namespace: a TCP port on its loopback that leads to the server's Unix socket outside.
import net from 'node:net';

const [port, socket] = process.argv.slice(2);
const server = net.createServer((client) => {
  const upstream = net.connect(socket);
  client.pipe(upstream).pipe(client);
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  client.on('error', end).on('close', end);
  upstream.on('error', end).on('close', end);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`relay ${process.pid}`));
