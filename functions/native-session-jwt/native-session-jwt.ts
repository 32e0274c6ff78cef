/** `POST /native/session/jwt`: a ticket and the app's proof, in exchange for a JWT and a refresh token. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { DpopVerifier } from '../shared/domain/dpop.ts';
import { redeemTicket, type RedeemTicketParts } from '../shared/domain/redeem-ticket.ts';
import { readDpopProof } from '../shared/http/dpop-header.ts';
import { readJson } from '../shared/http/json-body.ts';
import type { HttpRequest } from '../shared/http/request.ts';
import { json } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { redemption } from './redemption-parameters.ts';

export interface NativeSessionJwtDependencies extends RedeemTicketParts {
  readonly dpop: DpopVerifier;
  readonly settings: { readonly publicUrl: string };
}

export function nativeSessionJwt(dependencies: NativeSessionJwtDependencies): Endpoint {
  const { dpop, clock, settings } = dependencies;
  return async (request, { log }) => {
    // What can be refused without the ticket is refused before it: these mistakes may be mended.
    const { uid, deviceProof } = readRedemption(request);
    const proofThumbprint = await readDpopProof(request, dpop, settings.publicUrl, clock());
    const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
    const redeemed = await redeemTicket(
      dependencies,
      { ...deviceProof, claimed: { userId: uid }, proofThumbprint, client },
      log,
    );
    if (redeemed.outcome === 'granted') return json(200, redeemed.tokens);
    const code = redeemed.reason === 'user_gone' ? 'no_jwt' : 'invalid_device_proof';
    throw new AuthError(code, `the ticket was not redeemed: ${redeemed.reason}`);
  };
}

const withoutUid = v.object({ uid: v.optional(v.nullable(v.literal(''))) });

function readRedemption(request: HttpRequest): v.InferOutput<typeof redemption> {
  if (v.is(withoutUid, readJson(request, v.unknown()))) throw new AuthError('missing_uid', 'no uid');
  return readJson(request, redemption);
}
