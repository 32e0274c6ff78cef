/** What must not happen twice, across instances: webhook deliveries, DPoP proofs, consents to modules. */

export type OnceKind = 'webhook' | 'dpop' | 'connect';

export interface Once {
  /**
   * Takes the id for the first caller, in one write.
   * @param until after which the id may be forgotten, since what it belongs to is refused by then for its age.
   * @returns `false` when it was taken before.
   */
  claim(kind: OnceKind, id: string, until: Date, now: Date): Promise<boolean>;
  has(kind: OnceKind, id: string, now: Date): Promise<boolean>;
}
