/** What the house tells the stage's bus (source `gatehouse`), for whatever a team builds next. */
import type { ModuleProblem } from './module-connections.ts';
import type { UpstreamRevocation } from './module-keeper.ts';
import type { NativeSessionEnd } from './native-session-records.ts';

export interface DomainEvents {
  'user.signed_in': {
    readonly userId: string;
    readonly sessionId: string;
    readonly origin: 'web' | 'native';
    readonly provider: string;
    readonly method: string | undefined;
    readonly organizationId: string | undefined;
  };
  'user.signed_out': { readonly userId: string; readonly sessionId: string };
  /** A family of refresh tokens ended otherwise than by signing out. */
  'native.session.revoked': {
    readonly userId: string;
    readonly sessionId: string;
    readonly clientId: string;
    readonly reason: Exclude<NativeSessionEnd, 'signed_out'>;
  };
  /** Also for a consent that replaced one in order. A mended one is told as `module.recovered`. */
  'module.connected': { readonly userId: string; readonly module: string; readonly scopes: readonly string[] };
  'module.disconnected': {
    readonly userId: string;
    readonly module: string;
    readonly upstreamRevocation: UpstreamRevocation;
  };
  'module.reauthorization_required': {
    readonly userId: string;
    readonly module: string;
    readonly problem: ModuleProblem;
  };
  'module.recovered': { readonly userId: string; readonly module: string; readonly scopes: readonly string[] };
  /**
   * What changed in a mailbox between two history ids: ids and labels, no content. Told at least once: whoever acts on it keeps
   * `toHistoryId` by user and skips what it has seen.
   */
  'gmail.mailbox.changed': {
    readonly userId: string;
    /** `undefined` for a baseline: everything before `toHistoryId` is to be read from the mailbox itself. */
    readonly fromHistoryId: string | undefined;
    readonly toHistoryId: string;
    /** A change set that does not fit into one event (256 KB) is told in several, numbered from 1. */
    readonly part: number;
    readonly parts: number;
    readonly changes: readonly MailboxChange[];
  };
}

export interface MailboxChange {
  readonly messageId: string;
  readonly threadId: string;
  readonly change: 'added' | 'deleted' | 'labels_added' | 'labels_removed';
  /** The labels that were added or removed, or that the message had when it came. */
  readonly labels: readonly string[];
}

export interface EventBus {
  publish<Name extends keyof DomainEvents>(name: Name, detail: DomainEvents[Name]): Promise<void>;
}
