/** The signed-in user, as pages show them. */

export interface PageUser {
  /** May be empty: then the e-mail address stands for it. */
  readonly name: string;
  readonly email: string;
  readonly pictureUrl: string | undefined;
  /** A WorkOS administrator who uses this account in its owner's place, and why if they said so. */
  readonly impersonator?: { readonly email: string; readonly reason: string | null } | undefined;
}

export function displayName(user: PageUser): string {
  return user.name.trim() || user.email;
}

/** The picture's address if pages can load it: a provider's word, so anything but https is no picture. */
export function pictureSource(user: PageUser | undefined): string | undefined {
  const url = URL.parse(user?.pictureUrl ?? '');
  return url?.protocol === 'https:' ? url.href : undefined;
}
