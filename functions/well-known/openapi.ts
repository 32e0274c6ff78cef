/** Keys, metadata and the phones' link files, described. */
import type * as v from 'valibot';
import type { Operation, Operations } from '../shared/openapi/operation.ts';
import { jsonReply, type Reply } from '../shared/openapi/reply.ts';
import { appleAppSiteAssociation, assetLinks, jwks, metadata } from './well-known-answer.ts';

export const schemas = { AuthorizationServerMetadata: metadata };

const headers = ['StoredForAWhile', 'ETag'] as const satisfies Reply['headers'];

function document(id: string, summary: string, description: string, schema: v.GenericSchema): Operation {
  return {
    id,
    summary,
    description,
    session: 'ignored',
    replies: {
      200: { ...jsonReply('The document.', schema), headers },
      304: { description: '`If-None-Match` names it.', headers },
    },
    errors: { form: 'json', codes: ['not_found'] },
  };
}

export const operations = {
  'GET /.well-known/jwks.json': document(
    'getJwks',
    'The keys that our JWTs are signed with',
    'Read it again for a `kid` that it does not have.',
    jwks,
  ),
  'GET /.well-known/oauth-authorization-server': document(
    'getAuthorizationServerMetadata',
    'What an OAuth client has to know',
    'RFC 8414.',
    metadata,
  ),
  'GET /.well-known/openid-configuration': document(
    'getOpenidConfiguration',
    'The same, for those who look where OpenID Connect has it',
    'AppAuth and API Gateway’s JWT authorizer do. There are no ID tokens.',
    metadata,
  ),
  'GET /.well-known/assetlinks.json': document(
    'getAssetLinks',
    'Android apps that may take over our links',
    'From the clients’ settings.',
    assetLinks,
  ),
  'GET /.well-known/apple-app-site-association': document(
    'getAppleAppSiteAssociation',
    'iOS apps that may take over our links',
    'From the clients’ settings: each app has those below `/app/<client id>/`.',
    appleAppSiteAssociation,
  ),
} satisfies Operations;
