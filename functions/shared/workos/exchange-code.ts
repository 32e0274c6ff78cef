/** One code for the tokens of a sign-in, whatever it was for. */
import { AuthError } from '../domain/auth-error.ts';
import type { ClientInfo } from '../domain/web-sessions.ts';
import { mismatchOf, unverifiedClaims } from './access-token.ts';
import { classifyAuthenticateFailure, toAuthError } from './authenticate-failure.ts';
import type { WorkosAccount } from './workos-account.ts';

/** @throws AuthError as `CodeExchange.exchange` does. */
export async function exchangeCode(account: WorkosAccount, code: string, codeVerifier: string, client: ClientInfo) {
  const { ipAddress, userAgent } = client;
  const tokens = await authenticate(account, { code, codeVerifier, ipAddress, userAgent });
  // Straight from WorkOS over TLS, so its signature need not be checked (OIDC Core §3.1.3.7), nor its keys be there. Its
  // claims are, so that a wrong issuer or client id in our settings shows here and not as a login that leads nowhere.
  const claims = unverifiedClaims(tokens.accessToken);
  if (claims?.sub !== tokens.user.id) throw new AuthError('auth_failed', 'user and access token differ');
  const mismatch = mismatchOf(claims, { clientId: await account.clientId(), issuers: await account.issuers() });
  if (mismatch) throw new AuthError('auth_failed', `WorkOS's access token does not verify: ${mismatch}`);
  return { tokens, claims };
}

interface CodeGrant {
  readonly code: string;
  readonly codeVerifier: string;
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
}

async function authenticate(account: WorkosAccount, { userAgent, ...grant }: CodeGrant) {
  const attempt = async () =>
    (await account.sdk()).userManagement.authenticateWithCode({
      ...grant,
      ...(userAgent !== undefined && { userAgent }),
    });
  try {
    return await attempt();
  } catch (error) {
    // A key that was replaced while this instance lived: WorkOS did not look at the code, so it is still good.
    if (classifyAuthenticateFailure(error) !== 'credentials' || !(await account.hasNewCredentials()))
      throw toAuthError(error);
  }
  try {
    return await attempt();
  } catch (error) {
    throw toAuthError(error);
  }
}
