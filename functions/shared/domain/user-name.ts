/** What a user is called here, of what WorkOS knows of names: often half of one, sometimes nothing. */

export interface NameParts {
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly email: string;
}

export function nameOf({ firstName, lastName, email }: NameParts): string {
  return [firstName, lastName].filter(Boolean).join(' ') || email;
}
