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
  readonly at: Date;
}

export interface User extends Omit<SignIn, 'at'> {
  readonly createdAt: Date;
  readonly lastSignInAt: Date;
}

export interface Users {
  /**
   * Finds or creates the user in one write.
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
}
