import { describe, expect, it } from 'vitest';
import { fault } from '../../protocol';
import { dockerFault, isConnectionError, reasonOf } from './errors';

/** As dockerode throws them; the words are the daemon's of 20.10 to 28. */
function answer(statusCode: number, message: string): Error {
  return Object.assign(new Error(`(HTTP code ${statusCode}) x - ${message} `), { statusCode, json: { message } });
}
const system = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('an error of the daemon', () => {
  it.each([
    [answer(500, 'write /x: no space left on device'), 'SF4026'],
    [answer(400, 'OCI runtime create failed: exec: "x": executable file not found in $PATH: unknown'), 'SF4004'],
    [answer(400, 'exec /x: exec format error'), 'SF4023'],
    [answer(404, 'No such image: x:latest'), 'SF4020'],
    [answer(400, 'invalid mount config for type "bind": bind source path does not exist: /x'), 'SF4028'],
    [answer(500, 'could not select device driver "" with capabilities: [[gpu]]'), 'SF4027'],
    [answer(400, 'Minimum memory limit allowed is 6MB'), 'SF4027'],
    [
      answer(
        500,
        'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      ),
      'SF4029',
    ],
    [answer(500, 'all predefined address pools have been fully subnetted'), 'SF4029'],
    [answer(500, 'something else'), 'SF4006'],
    [system('ECONNREFUSED'), 'SF4003'],
    [new Error('socket hang up'), 'SF4003'],
  ])('%s', (error, code) => {
    expect(dockerFault(error, 'node x').fault).toMatchObject({ code, message: expect.stringContaining('node x') });
  });

  it('stays what it is where it is a fault already', () => {
    const mine = fault('SF4021', 'environment', 'm', 'r');
    expect(dockerFault(mine, 'x')).toBe(mine);
  });

  it('is a lost connection only where no answer came', () => {
    expect(isConnectionError(system('ECONNRESET'))).toBe(true);
    expect(isConnectionError(Object.assign(answer(500, 'ECONNRESET'), { code: 'ECONNRESET' }))).toBe(false);
  });

  it('says the reason in the daemon’s own words', () => {
    expect(reasonOf(answer(500, 'its words'))).toBe('its words');
    expect(reasonOf(new Error('(HTTP code 404) unexpected - pull access denied '))).toBe('pull access denied');
  });
});
