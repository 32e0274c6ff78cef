/** The OpenAPI 3.1 document of the whole API, put together from what each endpoint says of itself. */
import type * as v from 'valibot';
import * as appLink from '../functions/app-link/openapi.ts';
import * as assets from '../functions/assets/openapi.ts';
import * as callback from '../functions/callback/openapi.ts';
import * as dashboard from '../functions/dashboard/openapi.ts';
import { otherRequests } from '../functions/default-route/openapi.ts';
import * as gmailMailbox from '../functions/gmail-mailbox/openapi.ts';
import * as githubRepos from '../functions/github-repos/openapi.ts';
import * as home from '../functions/home/openapi.ts';
import * as login from '../functions/login/openapi.ts';
import * as loginConfirm from '../functions/login-confirm/openapi.ts';
import * as logout from '../functions/logout/openapi.ts';
import * as nativeSessionJwt from '../functions/native-session-jwt/openapi.ts';
import * as nativeSessionLogout from '../functions/native-session-logout/openapi.ts';
import * as nativeSessionRefresh from '../functions/native-session-refresh/openapi.ts';
import * as oauthModuleCallback from '../functions/oauth-module-callback/openapi.ts';
import * as oauthModuleConnect from '../functions/oauth-module-connect/openapi.ts';
import * as oauthModuleConnectRequest from '../functions/oauth-module-connect-request/openapi.ts';
import * as oauthModuleFinish from '../functions/oauth-module-finish/openapi.ts';
import * as oauthAuthorize from '../functions/oauth-authorize/openapi.ts';
import * as oauthRevoke from '../functions/oauth-revoke/openapi.ts';
import * as oauthToken from '../functions/oauth-token/openapi.ts';
import * as session from '../functions/session/openapi.ts';
import * as sessions from '../functions/sessions/openapi.ts';
import * as wellKnown from '../functions/well-known/openapi.ts';
import * as webhooksWorkos from '../functions/webhooks-workos/openapi.ts';
import * as sessionsEnd from '../functions/sessions-end/openapi.ts';
import * as modules from '../functions/modules/openapi.ts';
import * as modulesDisconnect from '../functions/modules-disconnect/openapi.ts';
import { headers } from '../functions/shared/openapi/headers.ts';
import type { EndpointDescription } from '../functions/shared/openapi/operation.ts';
import { schemas as errorSchemas } from '../functions/shared/openapi/reply.ts';
import packageJson from '../package.json' with { type: 'json' };
import { type JsonSchemas, jsonSchemasWith } from './openapi/json-schemas.ts';
import type { HeaderObject, OpenApiDocument, PathItem } from './openapi/openapi-document.ts';
import { toAnswersObject, toOperationObject } from './openapi/operation-object.ts';

/** One for each folder in `functions/` that has routes, in the order in which people read. */
const endpoints: readonly EndpointDescription[] = [
  home,
  login,
  callback,
  loginConfirm,
  oauthAuthorize,
  oauthToken,
  oauthRevoke,
  dashboard,
  session,
  sessions,
  sessionsEnd,
  modules,
  modulesDisconnect,
  gmailMailbox,
  githubRepos,
  logout,
  nativeSessionJwt,
  nativeSessionRefresh,
  nativeSessionLogout,
  oauthModuleConnect,
  oauthModuleCallback,
  oauthModuleConnectRequest,
  oauthModuleFinish,
  wellKnown,
  appLink,
  webhooksWorkos,
  assets,
];

const description = `Sign-in on top of WorkOS AuthKit.

A path that is not here is 404 \`not_found\`, a method that is not here 405 \`method_not_allowed\` with \`Allow\`; every path
that knows GET answers HEAD, and every path OPTIONS: \`x-other-requests\` has their answers. API Gateway itself may answer
\`{"message"}\` before any of this: 429 when there are too many requests, 431 when headers exceed 10,240 bytes, 503 when a function
cannot be started. Members may be added to an answer: ignore what you do not know.`;

export function describeApi(): OpenApiDocument {
  const named = [errorSchemas, ...endpoints.map((endpoint) => endpoint.schemas ?? {})];
  const schemas = jsonSchemasWith(Object.fromEntries(named.flatMap(Object.entries<v.GenericSchema>)));
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title: 'Gatehouse', version: packageJson.version, description },
    servers: [
      {
        url: 'https://{host}',
        description: 'A deployment.',
        variables: { host: { default: 'auth.example.com', description: 'The host of the stage’s `publicUrl`.' } },
      },
      { url: 'http://localhost:3000', description: '`npm start`.' },
    ],
    paths: pathsOf(schemas),
    'x-other-requests': {
      head: toAnswersObject(undefined, otherRequests.head, schemas),
      options: toAnswersObject(undefined, otherRequests.options, schemas),
      other: toAnswersObject(undefined, otherRequests.other, schemas),
    },
    components: {
      schemas: schemas.components,
      headers: headerObjects(schemas),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'wos-session',
          description:
            'Set by `/callback`. It authorizes an unsafe method only from our own pages and from the stage’s `webOrigins`.',
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'A native app’s JWT (RFC 9068). Beside an `Authorization` header a cookie counts for nothing. One that is bound to a key is refused here.',
        },
        dpop: {
          type: 'http',
          scheme: 'dpop',
          description:
            'A JWT that is bound to a key: `Authorization: DPoP <token>`, and in the header `DPoP` a proof for this request, which is good once (RFC 9449).',
        },
      },
    },
  };
}

function pathsOf(schemas: JsonSchemas): Record<string, PathItem> {
  const routes = endpoints.flatMap(({ operations }) => Object.entries(operations));
  const byPath = Map.groupBy(routes, ([route]) =>
    // OpenAPI knows no parameter that takes the rest of a path.
    route.slice(route.indexOf('/')).replace('+}', '}'),
  );
  return Object.fromEntries(
    [...byPath].map(([path, group]) => [
      path,
      Object.fromEntries(
        group.map(([route, operation]) => [
          route.slice(0, route.indexOf(' ')).toLowerCase(),
          toOperationObject(path, operation, schemas),
        ]),
      ),
    ]),
  );
}

function headerObjects(schemas: JsonSchemas): Record<string, HeaderObject> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { description: says, isRequired, schema }]) => [
      name,
      { description: says, required: isRequired, schema: schemas.convert(schema) },
    ]),
  );
}
