/** Seals what providers grant: a record opens only as what it was sealed as. */
import type { ProviderTokens } from './provider.ts';

/** What a record is. Sealed as one kind it does not open as another. */
export type SealedKind =
  /** A connection's, in ModuleTokens. */
  | 'connection'
  /** Between the consent and the app's finish, in DeviceTickets. */
  | 'pending'
  /** Of a connection that is gone, until the provider has revoked it. */
  | 'revocation';

export interface SealBinding {
  readonly kind: SealedKind;
  readonly userId: string;
  readonly module: string;
  /** How often the tokens of this record have changed: an older seal of the same record does not open in a newer one's place. */
  readonly tokenVersion: number;
}

export interface SealedTokens {
  /** Of the data key (`module-tokens:<module>`). */
  readonly keyId: string;
  /** salt (32) | nonce (12) | ciphertext | tag (16). */
  readonly bytes: Uint8Array;
}

export interface TokenVault {
  /** Under the module's current data key. @throws AuthError `temporarily_unavailable` when its key cannot be had. */
  seal(tokens: ProviderTokens, binding: SealBinding): Promise<SealedTokens>;
  /**
   * @throws AuthError `temporarily_unavailable` when its key cannot be had now.
   * @throws Error for a record that was sealed as something else, or that somebody changed.
   */
  open(sealed: SealedTokens, binding: SealBinding): Promise<ProviderTokens>;
  /** Which key `seal` takes now. */
  currentKeyId(module: string): Promise<string>;
}
