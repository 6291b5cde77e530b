import { type Command, InvalidArgumentError } from 'commander';
import { hostFault } from '../../host/faults';
import { ScanflowError } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** `tracker`: serves the store to any MLflow client on this machine until Ctrl-C. */
export function trackerCommand(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'tracker', 'serve what runs logged to any MLflow client, until Ctrl-C')
    .option('--port <n>', 'port on loopback (default: any free one)', portNumber, 0)
    .action(async (options: CommonOptions & { port: number }) => {
      const root = workspaceRoot(io.cwd, options);
      await withEngine(io, root, {}, async (client, gone) => {
        const stopped = new Promise<void>((resolve) => {
          const interrupts = io.onInterrupt(() => {
            interrupts.dispose();
            resolve();
          });
        });
        const { uri, token } = await client.tracker({ port: options.port });
        printResult(context, options, { uri, token }, () =>
          ['export MLFLOW_TRACKING_URI=', uri, '\nexport MLFLOW_TRACKING_TOKEN=', token, '\n'].join(''),
        );
        io.err('Serving; Ctrl-C stops.\n');
        await Promise.race([stopped, gone.then(lost)]);
        await client.closeTracker({ uri });
      });
    });
}

/** The address that was printed is dead: @throws SF3804 */
function lost(): never {
  const { fault } = hostFault('gone', 'tracker.');
  throw new ScanflowError({
    ...fault,
    remedy: 'Nothing recorded is lost: `scanflow tracker` serves it at a new address.',
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError('It must be a port number, or 0 for any.');
}
