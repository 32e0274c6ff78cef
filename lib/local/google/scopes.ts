/** Which scopes a consent is about, and which of them a call to an API needs. */

/** Asked for by short names, granted by long ones. */
const identityScopes: Readonly<Record<string, string>> = {
  openid: 'openid',
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};

export const emailScope = 'https://www.googleapis.com/auth/userinfo.email';

export interface AskedScopes {
  /** Never unticked. In their long form. */
  readonly identity: readonly string[];
  readonly others: readonly string[];
}

export function readScopes(scope: string): AskedScopes {
  const asked = [...new Set(scope.split(' ').filter(Boolean))].map((each) => identityScopes[each] ?? each);
  const isIdentity = (each: string) => Object.values(identityScopes).includes(each);
  return { identity: asked.filter(isIdentity), others: asked.filter((each) => !isIdentity(each)) };
}

const auth = 'https://www.googleapis.com/auth/';
const everyMail = 'https://mail.google.com/';
const readMail = [everyMail, `${auth}gmail.modify`, `${auth}gmail.readonly`];

interface Rule {
  readonly method: 'GET' | 'any';
  readonly path: RegExp;
  /** One of them is enough. */
  readonly scopes: readonly string[];
}

/** The first that fits counts. */
const rules: readonly Rule[] = [
  {
    method: 'GET',
    path: /^\/gmail\/v1\/users\/[^/]+\/(?:profile|history|labels)/,
    scopes: [...readMail, `${auth}gmail.metadata`],
  },
  { method: 'GET', path: /^\/gmail\/v1\/users\/[^/]+\/(?:messages|threads|drafts)/, scopes: readMail },
  {
    method: 'any',
    path: /^\/gmail\/v1\/users\/[^/]+\/(?:messages|drafts)\/send$/,
    scopes: [everyMail, `${auth}gmail.modify`, `${auth}gmail.compose`, `${auth}gmail.send`],
  },
  {
    method: 'any',
    path: /^\/gmail\/v1\/users\/[^/]+\/(?:watch|stop|labels|(?:messages|threads)\/[^/]+\/(?:modify|trash|untrash)|messages\/batchModify)/,
    scopes: [everyMail, `${auth}gmail.modify`],
  },
  // Deleting for good, and whatever is not named above.
  { method: 'any', path: /^\/gmail\//, scopes: [everyMail] },
  { method: 'GET', path: /^\/calendar\//, scopes: [`${auth}calendar`, `${auth}calendar.readonly`] },
  { method: 'any', path: /^\/calendar\//, scopes: [`${auth}calendar`] },
];

export function maySee(method: string, path: string, granted: readonly string[]): boolean {
  const rule = rules.find((each) => (each.method === 'any' || each.method === method) && each.path.test(path));
  return rule?.scopes.some((scope) => granted.includes(scope)) === true;
}
