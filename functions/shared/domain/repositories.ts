/** A user's repositories at GitHub. */

export interface Repository {
  readonly id: number;
  /** `owner/name`. */
  readonly fullName: string;
  readonly private: boolean;
  /** Of its page. */
  readonly url: string;
  readonly defaultBranch: string;
}

export interface Repositories {
  /**
   * @param page from 1, of 100 repositories.
   * @throws ProviderFailure `refused` when GitHub does not take the token any more.
   */
  list(
    accessToken: string,
    page: number,
  ): Promise<{ readonly repositories: readonly Repository[]; readonly hasMore: boolean }>;
}
