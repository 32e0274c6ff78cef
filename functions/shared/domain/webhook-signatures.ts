/** Whether a webhook is WorkOS's own, and of now. */

export type SignatureProblem =
  | 'missing'
  | 'malformed'
  /** Older than three minutes: a replay, or a timestamp in seconds. */
  | 'too old'
  /** More than three minutes ahead: it could be replayed for as long as that. */
  | 'too new'
  /** Another secret, another body, another time. */
  | 'wrong';

export interface WebhookSignatures {
  /**
   * @param header of `WorkOS-Signature`
   * @param body the bytes as they came: they are what is signed.
   * @returns `undefined` for a good one.
   * @throws AuthError `temporarily_unavailable` when the secret is not set or cannot be read.
   */
  problemOf(header: string | undefined, body: Uint8Array): Promise<SignatureProblem | undefined>;
}
