/** The identity provider's word on whether a user, and their membership of an organization, still stand. */

export type UserStanding =
  /** Roles as they are now; without an organization there are none. */
  | { readonly stands: true; readonly roles: readonly string[] }
  | { readonly stands: false; readonly reason: 'user_gone' | 'membership_gone' };

export interface UserStandings {
  /** @throws AuthError `temporarily_unavailable` when it does not answer. */
  ask(user: { readonly workosUserId: string; readonly organizationId: string | undefined }): Promise<UserStanding>;
}
