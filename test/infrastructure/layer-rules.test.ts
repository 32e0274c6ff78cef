/** Who may import whom: shows, on small files in a tree of their own, that the linter refuses what it should and only that. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

const project = join(import.meta.dirname, '../..');

/** For each kind of file: what it may import and what it may not. */
const layers: Readonly<Record<string, { readonly may: readonly string[]; readonly mayNot: readonly string[] }>> = {
  'functions/login/login.ts': {
    may: [
      './login-parameters.ts',
      '../shared/domain/clock.ts',
      '../shared/http/serve.ts',
      '../shared/crypto/sealed-box.ts',
      '../shared/pages/layout.ts',
      'valibot',
      'node:crypto',
    ],
    mayNot: [
      './openapi.ts',
      '../callback/callback.ts',
      '../shared/aws/clients.ts',
      '../shared/openapi/reply.ts',
      '../shared/workos/refresh.ts',
      '../shared/providers/google.ts',
      '../shared/outbound/fetch.ts',
      '../shared/wiring/session-parts.ts',
      '../../lib/stages.ts',
      '@aws-sdk/client-dynamodb',
      '@smithy/core',
      '@workos-inc/node',
      'node:http',
      'node:https',
      'undici',
    ],
  },
  'functions/login/handler.ts': {
    may: ['./login.ts', './env.ts', '../shared/aws/clients.ts', '../shared/wiring/session-parts.ts'],
    mayNot: [
      './openapi.ts',
      '../callback/callback.ts',
      '../shared/openapi/reply.ts',
      '../../lib/stages.ts',
      '@aws-sdk/client-dynamodb',
      'node:fs',
      'valibot',
    ],
  },
  'functions/login/openapi.ts': {
    may: [
      './login-parameters.ts',
      './login-answer.ts',
      '../shared/openapi/reply.ts',
      '../shared/domain/session-id.ts',
      'valibot',
    ],
    mayNot: ['./login.ts', './handler.ts', '../callback/openapi.ts', '../shared/http/serve.ts', '../../lib/openapi.ts'],
  },
  'functions/login/env.ts': {
    may: ['valibot', '../shared/wiring/env.ts'],
    mayNot: [
      './login.ts',
      '../callback/env.ts',
      '../shared/domain/clock.ts',
      '../shared/wiring/session-parts.ts',
      'jose',
    ],
  },
  'functions/shared/crypto/file.ts': {
    may: ['./constant-time.ts', 'node:crypto', 'valibot'],
    mayNot: ['../domain/clock.ts', '../aws/clients.ts', '../../login/login.ts', 'node:fs', '@aws-sdk/client-kms'],
  },
  'functions/shared/domain/file.ts': {
    may: ['./clock.ts', '../crypto/sealed-box.ts', 'node:crypto', 'valibot'],
    mayNot: [
      '../http/serve.ts',
      '../aws/clients.ts',
      '../workos/refresh.ts',
      '../outbound/fetch.ts',
      '../pages/layout.ts',
      '../wiring/env.ts',
      '../../login/login.ts',
      '@workos-inc/node',
      '@aws-sdk/client-dynamodb',
      'node:process',
      'node:timers/promises',
    ],
  },
  'functions/shared/http/file.ts': {
    may: ['./serve.ts', '../domain/clock.ts', '../crypto/sealed-box.ts', 'aws-lambda', 'cookie'],
    mayNot: ['../pages/layout.ts', '../aws/clients.ts', '../workos/refresh.ts', '../../login/login.ts', 'node:http'],
  },
  'functions/shared/modules/file.ts': {
    may: ['../domain/modules.ts'],
    mayNot: ['./other.ts', '../providers/google.ts', '../aws/clients.ts', '../http/serve.ts', 'valibot', 'node:crypto'],
  },
  'functions/shared/jwt/file.ts': {
    may: ['./issue.ts', '../domain/key-ring.ts', '../crypto/constant-time.ts', 'jose', 'node:crypto', 'valibot'],
    mayNot: [
      '../http/serve.ts',
      '../aws/clients.ts',
      '../workos/access-token.ts',
      '../outbound/fetch.ts',
      '../wiring/env.ts',
      '../../login/login.ts',
      '@aws-sdk/client-kms',
      'node:https',
    ],
  },
  'functions/shared/openapi/file.ts': {
    may: ['./reply.ts', '../domain/auth-error.ts', '../http/errors.ts', 'valibot'],
    mayNot: ['../pages/layout.ts', '../aws/clients.ts', '../../login/openapi.ts', '@valibot/to-json-schema'],
  },
  'functions/shared/pages/file.ts': {
    may: ['./layout.ts', '../domain/clock.ts', '../http/response.ts', 'node:crypto'],
    mayNot: ['../crypto/sealed-box.ts', '../aws/clients.ts', '../workos/refresh.ts', '../../login/login.ts', 'node:fs'],
  },
  'functions/shared/outbound/file.ts': {
    may: ['./fetch.ts', 'node:https'],
    mayNot: ['../domain/clock.ts', '../aws/clients.ts', 'undici', '@workos-inc/node'],
  },
  'functions/shared/aws/file.ts': {
    may: ['./clients.ts', '../domain/clock.ts', '../crypto/sealed-box.ts', '@aws-sdk/client-dynamodb', 'valibot'],
    mayNot: [
      '../http/serve.ts',
      '../pages/layout.ts',
      '../workos/refresh.ts',
      '../../login/login.ts',
      '@workos-inc/node',
    ],
  },
  'functions/shared/workos/file.ts': {
    may: ['./refresh.ts', '../domain/clock.ts', '../crypto/sealed-box.ts', '../outbound/fetch.ts', '@workos-inc/node'],
    mayNot: ['../http/serve.ts', '../aws/clients.ts', '../../login/login.ts', '@aws-sdk/client-kms', 'node:https'],
  },
  'functions/shared/providers/file.ts': {
    may: ['./google.ts', '../domain/clock.ts', '../outbound/fetch.ts'],
    mayNot: ['../http/serve.ts', '../aws/clients.ts', '@aws-sdk/client-kms', 'node:https'],
  },
  'functions/shared/wiring/file.ts': {
    may: ['./env.ts', '../aws/clients.ts', '../workos/refresh.ts', '../domain/clock.ts'],
    mayNot: ['../../login/login.ts', '../../../lib/stages.ts', '@aws-sdk/client-dynamodb', 'node:https'],
  },
  'lib/file.ts': {
    may: ['./stages.ts', './constructs/lambda.ts', 'aws-cdk-lib/core', 'node:fs'],
    mayNot: [
      '../functions/login/login.ts',
      '../functions/login/env.ts',
      '../functions/login/openapi.ts',
      '../functions/shared/domain/clock.ts',
      '../bin/synth.ts',
      '../test/support/user-agent.ts',
    ],
  },
  'lib/openapi.ts': {
    may: [
      './openapi/json-schemas.ts',
      '../functions/login/openapi.ts',
      '../functions/shared/openapi/reply.ts',
      '@valibot/to-json-schema',
    ],
    mayNot: ['../functions/login/login.ts', '../functions/login/env.ts', '../functions/shared/http/errors.ts'],
  },
  'lib/openapi/file.ts': {
    may: ['./json-schemas.ts', '../../functions/shared/openapi/reply.ts'],
    mayNot: ['../../functions/login/login.ts', '../../functions/shared/domain/clock.ts', '../../bin/openapi.ts'],
  },
  'lib/local/file.ts': {
    may: ['./faults.ts', '../stages.ts', 'workos/emulate'],
    mayNot: ['../../functions/login/login.ts', '../../functions/shared/crypto/sealed-box.ts', '../../bin/local.ts'],
  },
  'bin/file.ts': {
    may: ['../lib/app.ts', '../lib/local/local-cloud.ts', 'node:util'],
    mayNot: [
      '../functions/login/login.ts',
      '../functions/shared/crypto/sealed-box.ts',
      '../test/support/user-agent.ts',
    ],
  },
};

/** Other lines, with the rule that refuses each. */
const lines: readonly (readonly [file: string, line: string, rule: string | undefined])[] = [
  ...['fetch', 'Headers', 'Request', 'Response', 'FormData', 'WebSocket', 'EventSource'].flatMap((name) =>
    ['functions/login/login.ts', 'functions/shared/aws/file.ts', 'functions/shared/workos/file.ts'].map(
      (file) => [file, `export const y = ${name};`, 'no-restricted-globals'] as const,
    ),
  ),
  ['functions/login/login.ts', 'export const y = process.env;', 'no-restricted-properties'],
  ['functions/shared/http/file.ts', 'export const y = process.env;', 'no-restricted-properties'],
  ['functions/shared/domain/file.ts', 'export const y = process.env;', 'no-restricted-properties'],
  ['functions/shared/domain/file.ts', 'export const y = Date.now();', 'no-restricted-properties'],
  ['functions/shared/domain/file.ts', 'export const y = performance.now();', 'no-restricted-properties'],
  ['functions/shared/domain/file.ts', 'export const y = new Date(0);', undefined],
  ['functions/shared/aws/read-env.ts', 'export const y = process.env;', undefined],
  ['functions/login/login.ts', 'console.log(1);', 'no-console'],
  ['functions/shared/domain/file.ts', "export const y = () => import('../aws/clients.ts');", 'no-restricted-imports'],
  ['functions/shared/domain/file.ts', "export type { X } from '../aws/clients.ts';", 'no-restricted-imports'],
  ['lib/file.ts', "export type Y = typeof import('../functions/login/env.ts');", undefined],
  [
    'lib/file.ts',
    "import type * as x from '../functions/login/env.ts'; export type Y = typeof x;",
    'no-restricted-imports',
  ],
];

const cases = [
  ...Object.entries(layers).flatMap(([file, { may, mayNot }]) => [
    ...may.map((from) => ({ file, line: importing(from), rule: undefined })),
    ...mayNot.map((from) => ({ file, line: importing(from), rule: 'no-restricted-imports' })),
  ]),
  ...lines.map(([file, line, rule]) => ({ file, line, rule })),
];

function importing(from: string): string {
  return `import { x } from '${from}'; export const y = x;`;
}

const report = v.object({ diagnostics: v.array(v.object({ code: v.optional(v.string(), ''), filename: v.string() })) });

/** Each case in a tree of its own, all of them linted at once. */
async function lintAll(): Promise<string[][]> {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-layers-'));
  try {
    for (const [index, { file, line }] of cases.entries()) {
      const tree = join(root, String(index));
      await mkdir(dirname(join(tree, file)), { recursive: true });
      await copyFile(join(project, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
      await writeFile(join(tree, file), `${line}\n`);
    }
    const oxlint = join(project, 'node_modules/.bin/oxlint');
    const { stdout } = spawnSync(oxlint, ['--format=json', '.'], { cwd: root, encoding: 'utf8' });
    const { diagnostics } = v.parse(v.pipe(v.string(), v.parseJson(), report), stdout);
    return cases.map(({ file }, index) =>
      diagnostics.filter(({ filename }) => filename === join(String(index), file)).map(({ code }) => code),
    );
  } finally {
    await rm(root, { recursive: true });
  }
}

const found = await lintAll();

describe('the linter', () => {
  it.each(cases.map((each, index) => ({ ...each, codes: found[index] })))('$rule: $file: $line', ({ rule, codes }) => {
    expect(codes).toEqual(rule === undefined ? [] : [`eslint(${rule})`]);
  });

  it('has a list for every folder of shared', async () => {
    for (const folder of await readdir(join(project, 'functions/shared'))) {
      expect(Object.keys(layers)).toContain(`functions/shared/${folder}/file.ts`);
    }
  });
});
