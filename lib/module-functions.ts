/** Modules: the functions that connect, use and end what users grant, as a list. */
import type { AddFunctions } from './add-functions.ts';
import type { DataStack } from './data-stack.ts';
import type { Environments } from './environments.ts';

export interface ModuleFunctionsProps {
  readonly add: AddFunctions;
  readonly data: DataStack;
  readonly environments: Environments;
}

/** @returns the function that other backends invoke. */
export function addModuleFunctions({ add, data, environments }: ModuleFunctionsProps) {
  const { base, session, api, tokens, nativeClients } = environments;
  const { modules, keepsModules, keepsGithub, googleClient, github } = environments;

  add.endpoint<typeof import('../functions/modules/env.ts')>(['GET /modules', 'DELETE /modules/{module}'], 'modules', {
    env: { ...api, ...keepsModules },
    whenItFails: 'Web apps cannot see what is connected, nor disconnect it; what is connected works.',
  });
  add.endpoint<typeof import('../functions/modules-disconnect/env.ts')>(
    'POST /modules/{module}/disconnect',
    'modules-disconnect',
    {
      env: { ...session, ...keepsModules },
      whenItFails: 'People cannot disconnect a module from their account page; what is connected works.',
    },
  );
  add.endpoint<typeof import('../functions/oauth-module-connect/env.ts')>(
    'GET /oauth/{module}/connect',
    'oauth-module-connect',
    {
      env: {
        ...session,
        ...nativeClients,
        ...modules,
        ...googleClient,
        ...github,
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem'),
        ONCE_TABLE: data.once.allow('PutItem'),
      },
      whenItFails: 'People cannot start to connect a module; what is connected works.',
    },
  );
  add.endpoint<typeof import('../functions/oauth-module-callback/env.ts')>(
    'GET /oauth/{module}/callback',
    'oauth-module-callback',
    {
      env: {
        ...session,
        ...keepsModules,
        ...nativeClients,
        DEVICE_TICKETS_TABLE: data.deviceTickets.allow('PutItem'),
        NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem'),
        ONCE_TABLE: data.once.allow('PutItem'),
      },
      whenItFails: 'People come back from a consent, and nothing is connected; what was connected works.',
    },
  );
  add.endpoint<typeof import('../functions/oauth-module-connect-request/env.ts')>(
    'POST /oauth/{module}/connect',
    'oauth-module-connect-request',
    {
      env: { ...base, ...tokens, ...nativeClients, ...modules },
      whenItFails: 'People cannot start to connect a module from an app; what is connected works.',
    },
  );
  add.endpoint<typeof import('../functions/oauth-module-finish/env.ts')>(
    'POST /oauth/{module}/finish',
    'oauth-module-finish',
    {
      env: {
        ...tokens,
        ...keepsModules,
        KEYS_TABLE: data.keys.allow('Query'),
        DEVICE_TICKETS_TABLE: data.deviceTickets.allow('DeleteItem'),
      },
      whenItFails: 'People come back to their app from a consent, and nothing is connected; what was connected works.',
    },
  );
  add.endpoint<typeof import('../functions/github-repos/env.ts')>('GET /github/repos', 'github-repos', {
    env: { ...api, ...keepsGithub },
    whenItFails: 'Apps cannot show people their repositories; what is connected stays so.',
  });
  add.endpoint<typeof import('../functions/gmail-mailbox/env.ts')>('GET /gmail/mailbox', 'gmail-mailbox', {
    env: { ...api, ...modules, MODULE_TOKENS_TABLE: data.moduleTokens.allow('GetItem') },
    whenItFails: 'Web apps and apps cannot see how far a mailbox is synced; syncing goes on.',
  });
  return add.invoked<typeof import('../functions/module-access-token/env.ts')>('module-access-token', {
    env: { ...keepsModules, KEYS_TABLE: data.keys.allow('Query') },
    whenItFails: 'Other backends get no access tokens for what people have connected, and do nothing for them.',
  });
}
