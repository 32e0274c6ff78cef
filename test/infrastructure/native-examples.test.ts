/** examples/android and examples/ios say what Gatehouse understands: nothing here can compile them, so their words are read. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { operations as jwt } from '../../functions/native-session-jwt/openapi.ts';
import { operations as logout } from '../../functions/native-session-logout/openapi.ts';
import { operations as refresh } from '../../functions/native-session-refresh/openapi.ts';
import { sessionAnswer } from '../../functions/session/session-answer.ts';
import {
  failureRedirect,
  readNativeRequest,
  requiredNativeParameters,
  successRedirect,
} from '../../functions/shared/domain/native-authorization.ts';
import { grantedTokens } from '../../functions/shared/domain/native-grants.ts';
import { errorAnswer } from '../../functions/shared/http/error-answer.ts';
import { englishErrorTexts } from '../../functions/shared/pages/error-texts-en.ts';
import { checkSettings, settingsFor } from '../../lib/stages.ts';
import { type JsonShape, readAndroidSample, readIosSample, type SampleFiles } from '../support/native-samples.ts';
import { codeBlocks, inlineCode, tableRows } from '../support/readme.ts';

const project = join(import.meta.dirname, '../..');
const sources = (pattern: string): SampleFiles =>
  Object.fromEntries(
    globSync(pattern, { cwd: project }).map((path) => [basename(path), readFileSync(join(project, path), 'utf8')]),
  );

const { publicUrl: issuer = '' } = settingsFor('prod');
const client = settingsFor('local').native.clients.find(({ id }) => id === 'gatehouse-native');
if (!client) throw new Error('the stage local has no client gatehouse-native');
const claimedLink = `${issuer}/app/${client.id}/success`;
const host = new URL(issuer).host;

const appReturn = { face: 'gatehouse', redirectUri: 'app://', issuer, state: 'state' } as const;
const parametersOf = (redirect: string) => [...new URLSearchParams(redirect.slice(redirect.indexOf('?'))).keys()];
const success = successRedirect(appReturn, { userId: 'usr_1', ticket: 'ticket' });

/** What a sample has to say, in Gatehouse's own words as far as its code has them. */
const contract = {
  clientId: client.id,
  issuer,
  customScheme: 'yourappscheme://login/success',
  claimedLink,
  loginPath: '/login',
  loginParameters: {
    ...Object.fromEntries(requiredNativeParameters.map((name) => [name, '*'])),
    origin: 'native',
    code_challenge_method: 'S256',
  },
  redirectParameters: [
    ...new Set([...parametersOf(success), ...parametersOf(failureRedirect(appReturn, 'auth_failed'))]),
  ].toSorted(),
  ok: new URLSearchParams(success.slice(success.indexOf('?'))).get('ok'),
  requests: Object.fromEntries(
    Object.entries({ ...jwt, ...refresh, ...logout }).map(([route, { body }]) => [
      route,
      shapeOf(body['application/json']),
    ]),
  ),
  whoIsSignedIn: { path: '/session', header: 'Authorization: Bearer' },
  answers: {
    tokens: pick(shapeOf(grantedTokens), ['token', 'expiresIn', 'refreshToken']),
    signedIn: pick(shapeOf(sessionAnswer), ['uid', 'name', 'email']),
    refusal: pick(shapeOf(errorAnswer), ['error']),
  },
};

const samples = [
  {
    name: 'examples/android',
    files: sources('examples/android/app/{build.gradle.kts,src/main/**/*.{kt,xml}}'),
    read: readAndroidSample,
    claims: [contract.customScheme, `${claimedLink}, verified`],
  },
  {
    name: 'examples/ios',
    files: sources('examples/ios/**/*.{swift,plist,entitlements}'),
    read: readIosSample,
    // What ASWebAuthenticationSession wants for a universal link, and what any other page's link wants.
    claims: [`applinks:${host}`, `webcredentials:${host}`],
  },
];

describe.each(samples)('$name', ({ files, read, claims }) => {
  it('says what the contract says', () => {
    expect(read(files)).toStrictEqual({ ...contract, claims });
  });

  const leaves = (value: object): string[] =>
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
      typeof inner === 'object' && inner !== null ? [name, ...leaves(inner)] : [name, String(inner)],
    );
  const words = new Set([
    ...leaves({ ...contract.loginParameters, ...contract.answers }),
    ...Object.values(contract.requests).flatMap(leaves),
    ...contract.redirectParameters,
    ...leaves(contract.whoIsSignedIn).flatMap((text) => text.match(/\w+/g) ?? []),
    ...[contract.customScheme, contract.claimedLink].flatMap((text) => text.split(/[:/]+/)),
    ...Object.keys(contract.requests).flatMap((route) => route.split('/').slice(1)),
    contract.clientId,
  ]);
  const notInSources = ['*', 'string', 'number', 'tokens', 'signedIn', 'refusal', 'path', 'header'];

  it.each([...words].filter((word) => !notInSources.includes(word)))('would not with another word for %s', (word) => {
    const other = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        text.replaceAll(
          new RegExp(String.raw`(?<=["/:. ])${word.replaceAll(/[.-]/g, String.raw`\$&`)}(?=["/:. ])`, 'g'),
          `${word}x`,
        ),
      ]),
    );
    const readOther = () => {
      try {
        return read(other);
      } catch (error) {
        return error;
      }
    };
    expect(other).not.toEqual(files);
    expect(readOther()).not.toEqual({ ...contract, claims });
  });
});

describe('what the samples say', () => {
  it('is a request that the local client may make', () => {
    const pkce = {
      code_challenge: 'A'.repeat(43),
      code_challenge_method: contract.loginParameters['code_challenge_method'],
    };
    const parameters = { client_id: contract.clientId, redirect_uri: contract.customScheme, state: 'state', ...pkce };
    const rules = { face: 'gatehouse', clients: [client], issuer } as const;
    expect(readNativeRequest(parameters, rules)).toMatchObject({ outcome: 'accepted' });
  });

  it('is a claimed link that settings take, and ask nobody about', () => {
    expect(clientsIn({ clients: [{ id: client.id, name: 'App', redirectUris: [claimedLink] }] })).toMatchObject([
      { confirm: 'none' },
    ]);
  });
});

describe('docs/native-clients.md', () => {
  const guide = readFileSync(join(project, 'docs/native-clients.md'), 'utf8');
  const firstColumn = (heading: string) => {
    const [, section = ''] = guide.split(`\n## ${heading}\n`);
    return tableRows(section.split(/^## /m)[0] ?? '').flatMap(([cell = '']) => inlineCode(cell));
  };

  it('has settings that can be deployed', async () => {
    const block = codeBlocks(guide).find(({ title }) => title === 'lib/stages.ts');
    const module = `data:text/javascript,${encodeURIComponent(`export default {${block?.code}}`)}`;
    const { default: settings } = (await import(/* @vite-ignore */ module)) as { default: { native: object } };
    expect(clientsIn(settings.native)).toMatchObject([{ id: 'example-app', confirm: 'page' }]);
  });

  it('names the parameters of an app that /login knows', () => {
    expect(firstColumn('What the app sends to /login')).toStrictEqual([
      'origin',
      ...requiredNativeParameters,
      'dpop_jkt',
    ]);
  });

  it('names error codes that there are', () => {
    const codes = [...firstColumn('Errors'), ...firstColumn('Connect a module')];
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter((code) => !(code in englishErrorTexts))).toStrictEqual([]);
  });
});

/** As the stage prod would have them. */
function clientsIn(native: object) {
  const { stage: _stage, ...settings } = settingsFor('prod');
  return checkSettings('prod', { ...settings, native: { ...settings.native, ...native } }).native.clients;
}

function shapeOf(schema: v.GenericSchema): JsonShape {
  if (!('entries' in schema)) throw new Error(`${schema.type} has no members`);
  const entries = Object.entries(schema.entries as Record<string, v.GenericSchema>);
  return Object.fromEntries(entries.map(([name, inner]) => [name, typeOf(inner)] as const));
}

function typeOf(schema: v.GenericSchema): string | JsonShape {
  if ('entries' in schema) return shapeOf(schema);
  return schema.type === 'picklist' ? 'string' : schema.type;
}

function pick(shape: JsonShape, names: readonly string[]): JsonShape {
  return Object.fromEntries(names.map((name) => [name, shape[name] ?? `there is no ${name}`]));
}
