/** What our bundles leave out. The bundle tests hold the gain. */
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';
import * as v from 'valibot';

/**
 * Takes Node's own modules through `process.getBuiltinModule`. An `import` of `node:http` reads every export, and one
 * of them is a getter that loads undici: 23 ms of each cold start.
 */
export const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z_]+)*$/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }));
  },
};

/** In Lambda credentials are always in the environment: the SDK's chain of files, SSO and metadata services stays out. */
export const credentialsFromEnvironment = inPlaceOf(
  /^@aws-sdk\/credential-provider-node$/,
  /@aws-sdk/,
  `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
);

/** The DynamoDB client makes a cache for endpoint discovery, which is off unless asked for. */
export const noEndpointDiscovery = inPlaceOf(/^@aws-sdk\/endpoint-cache$/, /@aws-sdk/, `export class EndpointCache {}`);

/** The WorkOS SDK carries all of a second jose; it gets the three functions that it uses out of ours. */
export const oneJose = inPlaceOf(
  /^\.\/webapi-[\w-]+\.mjs$/,
  /@workos-inc/,
  `export { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'`,
);

/** SDKs import their whole package.json to say their version. */
export const versionOnly: Plugin = {
  name: 'version-only',
  setup(build) {
    build.onLoad({ filter: /\/package\.json$/ }, async ({ path }) => {
      const { version } = v.parse(v.object({ version: v.string() }), JSON.parse(await readFile(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** Imports that match `imported`, made by files that match `importer`, get `contents`. */
function inPlaceOf(imported: RegExp, importer: RegExp, contents: string): Plugin {
  const namespace = `in-place-of-${imported.source}`;
  const found = v.object({ resolveDir: v.string() });
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: imported }, ({ path, importer: by, resolveDir }) =>
        importer.test(by) ? { path, namespace, pluginData: { resolveDir }, sideEffects: false } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({ contents, ...v.parse(found, pluginData) }));
    },
  };
}

const Constants = v.record(v.string(), v.string());

/** Puts what `asset-paths.ts` computes in place of its code, and so of the stylesheet, which pages link and do not carry. */
export const assetPathsAsConstants: Plugin = {
  name: 'asset-paths-as-constants',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]pages[/\\]asset-paths\.ts$/ }, async ({ path }) => {
      const module: unknown = await import(path);
      const constants = Object.entries(v.parse(Constants, module));
      return {
        contents: constants.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join('\n'),
      };
    });
  },
};
