/** A local cloud for one test file: real functions in processes of their own, on free ports. */
import { afterAll, inject } from 'vitest';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../lib/local/local-cloud.ts';
import { password } from './cookie-passwords.ts';
import { checkAnswersFrom } from './documented-answers.ts';

/**
 * Starts one and closes it after the file's last test. Its cookie password is known, so that tests can open and make seals. Its
 * WorkOS sends webhooks only to the tests that are about them: elsewhere they would come at any moment, with lines of their own.
 */
export async function startGatehouse(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({
    assembly: inject('localAssembly'),
    port: 0,
    webhooks: false,
    environment: { WORKOS_COOKIE_PASSWORD: password },
    ...options,
  });
  // Another assembly may have routes that our document does not know.
  if (options.assembly === undefined) afterAll(checkAnswersFrom(cloud.url));
  afterAll(() => cloud.close());
  return cloud;
}
