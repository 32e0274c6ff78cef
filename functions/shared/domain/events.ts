/** What the house tells the stage's bus (source `gatehouse`), for whatever a team builds next. */
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
}

export interface EventBus {
  publish<Name extends keyof DomainEvents>(name: Name, detail: DomainEvents[Name]): Promise<void>;
}
