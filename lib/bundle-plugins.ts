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

/**
 * EventBridge's client can sign for several regions at once, which takes a package that nobody here has. A bus is in the
 * region of its function.
 */
export const oneRegion = inPlaceOf(
  /^@aws-sdk\/signature-v4-multi-region$/,
  /@aws-sdk/,
  `import { SignatureV4 } from '@smithy/signature-v4';
  export class SignatureV4MultiRegion extends SignatureV4 { static sigv4aDependency() { return 'none'; } }`,
);

/** The SDK's own SHA-256 is for a Node that was built without one. */
export const sha256FromNode = inPlaceOf(/^\.\/Sha256Js$/, /\/Sha256Node\.js$/, `export class Sha256Js {}`);

/** Lambda says its region in the environment: nothing asks a metadata service. */
export const regionFromEnvironment = inPlaceOf(
  /\/getInstanceMetadataRegion$/,
  /@smithy\/core/,
  `export const getInstanceMetadataRegion = async () => undefined;`,
);

/** A way to retry that is off unless a client asks for it by its mode. */
export const noAdaptiveRetries = inPlaceOf(
  /\/AdaptiveRetryStrategy$/,
  /\/middleware-retry\/configurations\.js$/,
  `export class AdaptiveRetryStrategy { constructor() { throw new Error('bundles have no adaptive retries'); } }`,
);

/** Signs the events of a stream. */
export const noEventSigning = inPlaceOf(
  /^\.\/HeaderFormatter$/,
  /@smithy\/signature-v4/,
  `export class HeaderFormatter {}`,
);

/**
 * The WorkOS SDK carries all of a second jose; of the three functions that it uses it gets two out of ours. The third reads
 * WorkOS's keys over the global `fetch`, and workos-keys.ts reads them without.
 */
export const oneJose = inPlaceOf(
  /^\.\/webapi-[\w-]+\.mjs$/,
  /@workos-inc/,
  `export { decodeJwt, jwtVerify } from 'jose';
  export const createRemoteJWKSet = () => { throw new Error("WorkOS's keys are read by workos-keys.ts"); };`,
);

/**
 * The WorkOS SDK makes a client for every product of WorkOS's, two dozen of them, and so carries all. Ours sign users in, which
 * takes what it makes in its constructor; who asks for another is told where to look.
 */
export const workosForSignIn: Plugin = {
  name: 'workos-for-sign-in',
  setup(build) {
    build.onLoad({ filter: /@workos-inc\/node\/lib\/factory-[\w-]+\.mjs$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        /^\t(\w+) = new \w+\(this\);$/gm,
        '\tget $1() { throw new Error("bundles have no workos.$1: see workosForSignIn in lib/bundle-plugins.ts"); }',
      ),
    }));
  },
};

/**
 * An AWS client has a class for each error that its service could answer, dozens alike but for name and fault. Those that hold
 * nothing else are made by one function, as instances of the same base with the same members.
 */
export const errorsInShort: Plugin = {
  name: 'errors-in-short',
  setup(build) {
    const alike =
      /export class (\w+) extends __BaseException \{\s*static shapeId = "([^"]+)";\s*name = "\1";\s*\$fault = "(\w+)";\s*constructor\(opts\) \{\s*super\(\{\s*name: "\1",\s*\$fault: "\3",\s*\.\.\.opts,\s*\}\);\s*Object\.setPrototypeOf\(this, \1\.prototype\);\s*\}\s*\}/g;
    const make = `const errorClass = (name, $fault, shapeId) => class extends __BaseException {
      static shapeId = shapeId;
      name = name;
      $fault = $fault;
      constructor(options) {
        super({ name, $fault, ...options });
        Object.setPrototypeOf(this, new.target.prototype);
      }
    };\n`;
    build.onLoad({ filter: /@aws-sdk\/client-[\w-]+\/dist-es\/models\/errors\.js$/ }, async ({ path }) => ({
      contents:
        make +
        (await readFile(path, 'utf8')).replace(
          alike,
          'export const $1 = /* @__PURE__ */ errorClass("$1", "$3", "$2");',
        ),
    }));
  },
};

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
