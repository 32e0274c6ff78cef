/** What `POST /oauth/{module}/finish` takes. */
import * as v from 'valibot';

export const finishParameters = v.pipe(
  v.object({
    ticket: v.pipe(v.string(), v.description('From the redirect. One attempt spends it, whatever comes of that.')),
  }),
  v.readonly(),
  v.description('What the browser brought back to the app.'),
);
