import { type ErrorClass, fault, type ScanflowError } from '../protocol';

/** Every error that a runtime or an image raises (SF4xxx): docs/problems.md is made of this list. */
export const RUNTIME_FAULTS = {
  noDocker: row(
    'SF4001',
    'environment',
    'Docker does not answer',
    'Start Docker (or Podman), set DOCKER_HOST or the setting `dockerHost`, or run with `--runtime process`.',
  ),
  dockerForbidden: row(
    'SF4002',
    'environment',
    'The Docker socket refuses this user',
    'Add yourself to the group that owns the socket (`sudo usermod -aG docker $USER`) and log in again, use rootless Docker, or run with `--runtime process`.',
  ),
  dockerLost: row(
    'SF4003',
    'environment',
    'Docker stopped answering',
    'Check that the daemon runs and is reachable, then `scanflow resume`: nodes that go on are adopted.',
  ),
  noCommand: row(
    'SF4004',
    'failed',
    'The command does not exist',
    'Correct the first word of `command`, install the program, or give its path.',
  ),
  notExecutable: row(
    'SF4005',
    'failed',
    'The command is not an executable program',
    'Make it executable (`chmod +x`), start it through its interpreter (`[python, script.py]`), or check the machine it was built for.',
  ),
  notStarted: row(
    'SF4006',
    'failed',
    'The program could not be started',
    'Read the message; where it names a path or a limit, correct that and run again.',
  ),
  lost: row(
    'SF4007',
    'failed',
    'The program ended and nobody recorded how',
    'It was killed together with its supervisor or container (restart of the machine or of Docker, `docker rm`): run again, or give the node `retry: { on: [lost] }`.',
  ),
  noPython: row(
    'SF4010',
    'environment',
    'Python with `venv` and `pip` is not installed',
    'Install Python 3 with its venv module (Debian and Ubuntu: `apt install python3-venv`), set `python` in the settings, or run with `--runtime docker`.',
  ),
  requirementsFailed: row(
    'SF4011',
    'environment',
    'The requirements could not be installed',
    'Read what pip says; behind a company proxy set `proxy` and `caBundle` in the settings.',
  ),
  badRequirements: row(
    'SF4012',
    'request',
    'The requirements file cannot be used',
    'Name packages of an index, and other requirements files of the same folder; for local packages use `build:` with a Dockerfile.',
  ),
  cancelled: row('SF4013', 'cancelled', 'Cancelled while the environment was made', 'Run again when you want it.'),
  noBundle: row(
    'SF4014',
    'environment',
    'The built-in nodes are missing from this installation',
    'Install again; in a clone: `npm run build`.',
  ),
  noImage: row(
    'SF4020',
    'failed',
    'The image does not exist',
    'Correct the name and tag; where it is private, log in with `docker login`; where no registry is reached, load it, or remap it by `images` in the settings.',
  ),
  registryRefused: row(
    'SF4021',
    'environment',
    'The registry refuses access to the image',
    'Log in with `docker login` for this registry; check that your account may read the image.',
  ),
  registryFailed: row(
    'SF4022',
    'environment',
    'The image could not be pulled or pushed',
    'Check the network and the registry, and try again; an image that is already here is not pulled.',
  ),
  wrongPlatform: row(
    'SF4023',
    'failed',
    "The image is for another machine's architecture",
    'Use an image that is made for this architecture (`docker image inspect`), or build it here with `build:`.',
  ),
  buildFailed: row(
    'SF4024',
    'failed',
    'The image could not be built',
    'Correct the Dockerfile where the message says.',
  ),
  noDockerfile: row(
    'SF4025',
    'request',
    'The build folder has no Dockerfile',
    'Point `build:` at a folder that holds a file named Dockerfile.',
  ),
  noDisk: row(
    'SF4026',
    'environment',
    'The disk is full',
    'Free space (`docker system df` says where it is), then `scanflow resume`.',
  ),
  badResources: row(
    'SF4027',
    'failed',
    'Docker cannot give the resources that the node asks for',
    'Lower `resources`, or for `gpus` install the NVIDIA container toolkit.',
  ),
  foreignFiles: row(
    'SF4028',
    'environment',
    'Docker does not see the files of the workspace',
    'Docker Desktop: share this folder in its settings. A daemon on another machine cannot be used: take one on this machine, or run with `--runtime process`.',
  ),
  noNetwork: row(
    'SF4029',
    'environment',
    'Docker has no address left for the network of the run',
    'End runs that wait (`scanflow runs`, `scanflow cancel`), remove unused networks (`docker network ls`), or give Docker more address pools.',
  ),
} as const;

export type RuntimeFault = keyof typeof RUNTIME_FAULTS;

/** `Runtime.wait` throws a fault with this code where `inspect` says `lost`. */
export const LOST = RUNTIME_FAULTS.lost.code;

/**
 * A fault of the list above.
 *
 * @param where What happened, and where: stands behind the fault's own sentence.
 */
export function runtimeFault(
  name: RuntimeFault,
  where: string,
  options?: ErrorOptions & { remedy?: string },
): ScanflowError {
  const { code, class: errorClass, title, remedy } = RUNTIME_FAULTS[name];
  return fault(code, errorClass, `${title}: ${where}`, options?.remedy ?? remedy, options);
}

function row(code: string, errorClass: ErrorClass, title: string, remedy: string) {
  return { code, class: errorClass, title, remedy };
}
