/** What an app says when it wants a module connected. */
import * as v from 'valibot';

export const connectParameters = v.pipe(
  v.object({
    redirect_uri: v.pipe(v.string(), v.description('Registered for the client of the JWT, and compared exactly.')),
    state: v.pipe(v.string(), v.description('The app’s own, at most 128 bytes; it comes back with the redirect.')),
  }),
  v.readonly(),
  v.description('Where a consent leads back to.'),
);

export const connectAnswer = v.pipe(
  v.object({
    url: v.pipe(v.string(), v.url(), v.description('For the system browser, which opens it once.')),
    expiresIn: v.pipe(v.number(), v.integer(), v.description('Of `url`, in seconds.')),
  }),
  v.readonly(),
  v.description('A consent that can be given.'),
);

export type ConnectAnswer = v.InferOutput<typeof connectAnswer>;
