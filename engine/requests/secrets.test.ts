import { expect, test } from 'vitest';
import { secretRequests } from './secrets';

test('secrets are set, replaced and taken away by name; nothing else of the environment is touched or told', async () => {
  const environment: NodeJS.ProcessEnv = { PATH: '/bin', SCANFLOW_SECRET_OLD: 'o' };
  const { secrets } = secretRequests(environment);
  expect(await secrets({ set: { 'api-token': 'x', other: 'y' } })).toEqual({ names: ['API_TOKEN', 'OLD', 'OTHER'] });
  expect(environment).toEqual({
    PATH: '/bin',
    SCANFLOW_SECRET_OLD: 'o',
    SCANFLOW_SECRET_API_TOKEN: 'x',
    SCANFLOW_SECRET_OTHER: 'y',
  });
  expect(await secrets({ set: { 'api-token': '', path: 'no' } })).toEqual({ names: ['OLD', 'OTHER', 'PATH'] });
  expect(environment.PATH).toBe('/bin');
});
