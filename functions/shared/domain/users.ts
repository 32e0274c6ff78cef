/** The users, as this house keeps them. */

/** What a sign-in says about its user. Organization and roles are for display: those that count belong to the session. */
export interface SignIn {
  readonly userId: string;
  readonly workosUserId: string;
  readonly email: string;
  readonly name: string;
  readonly pictureUrl: string | undefined;
  /** WorkOS's word: `Password`, `GoogleOAuth`, `SSO` … */
  readonly authMethod: string | undefined;
  readonly organizationId: string | undefined;
  readonly roles: readonly string[];
  /** When WorkOS last changed its user (`updated_at`): its clock alone says which of two profiles is the newer one. */
  readonly profileAt: Date;
  readonly at: Date;
}

/** What WorkOS may change about a user between two sign-ins. */
export type UserProfile = Pick<SignIn, 'email' | 'name' | 'pictureUrl' | 'profileAt'>;

export interface User extends Omit<SignIn, 'at' | 'profileAt'> {
  readonly createdAt: Date;
  readonly lastSignInAt: Date;
}

export interface Users {
  /**
   * Finds or creates the user, in one write. A profile that is older than the one that is known is left out: what WorkOS
   * answered a sign-in may be overtaken by the news of a change.
   * @returns the user, or `undefined` when an operator disabled them or they were deleted: nothing is written then.
   */
  recordSignIn(signIn: SignIn): Promise<User | undefined>;
  /** @returns `undefined` for an unknown, disabled or deleted user. */
  find(userId: string): Promise<User | undefined>;
  /**
   * Whether an operator disabled the user or they were deleted. One who is not known here is neither: the session may have
   * begun in another application that shares the seal.
   */
  isBarred(userId: string): Promise<boolean>;
  /**
   * Takes over a profile that is newer than the one that is known, of an active user. Creates nobody.
   * @returns whether it was written.
   */
  updateProfile(userId: string, profile: UserProfile): Promise<boolean>;
  /**
   * Removes all that is known of a user and leaves a tombstone, also where there is no row: a sign-in that is under way then
   * finds it. May be repeated; the earliest `at` stays.
   */
  leaveTombstone(userId: string, at: Date): Promise<void>;
}
