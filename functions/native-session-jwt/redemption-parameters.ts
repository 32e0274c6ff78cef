/** What `POST /native/session/jwt` takes. */
import * as v from 'valibot';

/** A text that is wrong, in whatever way, is a wrong proof and spends the ticket: only its absence is a mistake. */
export const deviceProof = v.pipe(
  v.object({
    ticket: v.pipe(v.string(), v.description('From the redirect. One attempt spends it, whatever comes of that.')),
    verifier: v.pipe(v.string(), v.description('`code_verifier` (RFC 7636 §4.1) of the `code_challenge` at `/login`.')),
  }),
  v.readonly(),
  v.description('What only the app that started the login has both of.'),
);

export const redemption = v.pipe(
  v.object({
    uid: v.pipe(v.string(), v.description('From the redirect.')),
    deviceProof,
  }),
  v.readonly(),
  v.description('A ticket and its proof.'),
);
