/** `POST /oauth/token`: a code or a refresh token in exchange for tokens (RFC 6749 §4.1.3 and §6), bound by DPoP where the app wants it. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { DpopVerifier } from '../shared/domain/dpop.ts';
import type { Log } from '../shared/domain/log.ts';
import type { NativeClient } from '../shared/domain/native-clients.ts';
import { redeemTicket, type RedeemTicketParts } from '../shared/domain/redeem-ticket.ts';
import { refreshNativeSession, type RefreshParts } from '../shared/domain/refresh-native-session.ts';
import type { ClientInfo } from '../shared/domain/web-sessions.ts';
import { readDpopProof } from '../shared/http/dpop-header.ts';
import { requireClient } from '../shared/http/public-client.ts';
import { json, withHeaders } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { grantedScope, type TokenAnswer } from './token-answer.ts';
import { readTokenRequest, type TokenRequest } from './token-parameters.ts';

export interface OAuthTokenDependencies extends RedeemTicketParts, RefreshParts {
  readonly dpop: DpopVerifier;
  readonly settings: { readonly publicUrl: string; readonly nativeClients: readonly NativeClient[] };
}

export function oauthToken(dependencies: OAuthTokenDependencies): Endpoint {
  const { dpop, clock, settings } = dependencies;
  return async (request, { log }) => {
    const asked = readTokenRequest(request);
    requireClient(settings.nativeClients, asked.client_id);
    // Before the ticket: whoever cannot make a proof has spent nothing.
    const proofThumbprint = await readDpopProof(request, dpop, settings.publicUrl, clock());
    const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
    const granted = await grant(dependencies, asked, { proofThumbprint, client }, log);
    if (granted.outcome === 'refused') throw refusal(granted.reason);

    const { token, tokenType, expiresIn, refreshToken } = granted.tokens;
    const answer: TokenAnswer = {
      access_token: token,
      token_type: tokenType,
      expires_in: expiresIn,
      refresh_token: refreshToken,
      scope: grantedScope,
    };
    // RFC 6749 §5.1 wants it beside `Cache-Control: no-store`.
    return withHeaders(json(200, answer), { pragma: 'no-cache' });
  };
}

interface Sender {
  readonly proofThumbprint: string | undefined;
  readonly client: ClientInfo;
}

async function grant(parts: OAuthTokenDependencies, asked: TokenRequest, sender: Sender, log: Log) {
  if (asked.grant_type === 'refresh_token') {
    const { client_id: clientId, refresh_token: refreshToken } = asked;
    return refreshNativeSession(parts, { ...sender, refreshToken, clientId }, log);
  }
  const { client_id: clientId, redirect_uri: redirectUri, code: ticket, code_verifier: verifier } = asked;
  return redeemTicket(
    parts,
    { ...sender, ticket, verifier, claimed: { clientId, redirectUri }, proofBinds: true },
    log,
  );
}

/** One answer, whichever half was wrong. Only a proof that is not there is named: nothing was spent, and the app can make one. */
function refusal(reason: string): AuthError {
  return new AuthError(reason === 'proof_missing' ? 'invalid_dpop_proof' : 'invalid_grant', `refused: ${reason}`);
}
