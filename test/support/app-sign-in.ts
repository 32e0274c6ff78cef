/** An app that signs in as the contract's Native section says, from `/login?origin=native` to its tokens. */
import * as v from 'valibot';
import type { DpopKey } from './dpop-key.ts';
import { signInToApp as signInInBrowser, startNativeApp } from './native-app.ts';
import { UserAgent } from './user-agent.ts';

const tokens = v.object({
  token: v.string(),
  tokenType: v.picklist(['Bearer', 'DPoP']),
  refreshToken: v.string(),
  sessionId: v.string(),
});

export interface AppSession extends v.InferOutput<typeof tokens> {
  readonly uid: string;
}

export interface AppSignInOptions {
  readonly email?: string;
  /** The key that the tokens are to be bound to. */
  readonly key?: DpopKey;
  /** The browser on the device, with the sessions that it has at WorkOS. */
  readonly browser?: UserAgent;
}

/** The client `gatehouse-native`, as Alice unless told otherwise. */
export async function signInToApp(url: string, options: AppSignInOptions = {}): Promise<AppSession> {
  const { email = 'alice@example.com', key, browser = new UserAgent() } = options;
  const app = startNativeApp(url, { login_hint: email, dpop_jkt: key?.thumbprint });
  const { uid = '', ticket } = await signInInBrowser(app, { browser });
  const endpoint = `${url}/native/session/jwt`;
  const proof = key && (await key.prove({ method: 'POST', url: endpoint }));
  const answer = await new UserAgent().send(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(proof !== undefined && { dpop: proof }) },
    body: JSON.stringify({ uid, deviceProof: { ticket, verifier: app.verifier } }),
  });
  if (answer.status !== 200) throw new Error(`the ticket was answered ${answer.status}: ${answer.body}`);
  return { uid, ...v.parse(tokens, JSON.parse(answer.body)) };
}
