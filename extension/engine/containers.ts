import http from 'node:http';

/** Something that Scanflow needs, as it was found. */
export interface Finding {
  what: string;
  state: 'well' | 'note' | 'ill';
  found: string;
  /** What to do; empty where nothing is to be done. */
  remedy: string;
}

/** Does the container engine answer, where this window can look? */
export async function docker(): Promise<Finding> {
  const place = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const what = 'Docker';
  if (!place.startsWith('unix://')) {
    return { what, state: 'note', found: `at ${place}, not looked at from here`, remedy: '' };
  }
  const socket = place.slice('unix://'.length);
  try {
    const version = await ping(socket);
    return { what, state: 'well', found: `answers at ${socket} (API ${version})`, remedy: '' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const forbidden = code === 'EACCES' || code === 'EPERM';
    return {
      what,
      state: 'note',
      found: forbidden
        ? `${socket} may not be opened by this user`
        : `nothing answers at ${socket} (${code ?? String(error)})`,
      remedy: forbidden
        ? 'Add this user to the group `docker` and log in anew, or use rootless Docker. Until then, runs take processes.'
        : 'Start Docker, or set DOCKER_HOST. Until then, runs take processes (`scanflow.run.runtime`).',
    };
  }
}

function ping(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get({ socketPath, path: '/_ping', timeout: 3_000 }, (response) => {
      response.resume();
      resolve(String(response.headers['api-version'] ?? 'unknown'));
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 3 seconds')));
    request.on('error', reject);
  });
}
