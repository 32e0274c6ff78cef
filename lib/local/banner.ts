/** What `npm start` says when everything runs. */
import { shortName } from './function-names.ts';
import type { LocalCloud } from './local-cloud.ts';

export function banner(cloud: LocalCloud): string[] {
  const { url, aws, functionNames, deployment } = cloud;
  const functions = functionNames.map((name) => shortName(functionNames, name)).join(', ');
  const workos = cloud.isRealWorkos
    ? [
        '  WorkOS     the real one; its dashboard (Redirects) must know',
        ...Object.entries(deployment.outputs).map(([name, value]) => `             ${name} ${value}`),
      ]
    : [
        `  WorkOS     ${cloud.workos.url}, a local one`,
        '             users alice@example.com and bob@example.com, no passwords',
      ];
  return [
    '',
    'Gatehouse on this machine: the stacks of the stage "local"',
    '',
    `  Gatehouse  ${url}`,
    ...workos,
    `  Google     ${cloud.isRealGoogle ? 'the real one' : `${cloud.google.url}, a local one`}`,
    `  GitHub     ${cloud.isRealGithub ? 'the real one' : `${cloud.github.url}, a local one`}`,
    `  AWS        ${aws.url}, a local one, guarded by the IAM policies of the stacks`,
    `  Functions  ${functions}`,
    `             npm run invoke -- session   runs one of them`,
    '',
    'Ctrl-C ends it all.',
    '',
    `ready ${url}`,
    '',
  ];
}
