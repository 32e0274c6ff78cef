/** What a test may do to the local Google that no application can: the hands of a user and of Google's console. */
import * as v from 'valibot';
import type { Reply } from '../front/http.ts';
import type { Context } from './context.ts';
import type { TokenAnswer } from './grants.ts';

export interface NewMessage {
  readonly from?: string;
  readonly subject?: string;
  readonly text?: string;
  /** `INBOX` and `UNREAD` unless given. */
  readonly labelIds?: readonly string[];
}

export interface Controls {
  /** With a mailbox like the others'. */
  addAccount(email: string): void;
  /** As in Google's console. */
  registerRedirect(uri: string): void;
  /** @returns the message's id. */
  deliver(email: string, message?: NewMessage): Promise<string>;
  /** For good. */
  deleteMessage(email: string, id: string): Promise<void>;
  changeLabels(
    email: string,
    id: string,
    change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
  ): Promise<void>;
  /** The newest first. */
  messageIds(email: string): Promise<readonly string[]>;
  /** Every history id from before now is too old: 404. */
  forgetHistory(email: string): Promise<void>;
  /** Tokens as after a consent with `access_type=offline`, without a browser. */
  grant(email: string, scopes: readonly string[]): TokenAnswer & { readonly refresh_token: string };
  /** What the account has granted to the project, by whichever client; `undefined` when nothing. */
  grantOf(email: string): { readonly scopes: readonly string[]; readonly refreshTokens: number } | undefined;
  /** As the user may in their Google account: every token of the project is worth nothing. */
  revokeGrant(email: string): void;
  /** The access tokens only. */
  expireTokens(email: string): void;
}

const Messages = v.object({ messages: v.optional(v.array(v.object({ id: v.string() })), []) });
const Message = v.object({ id: v.string() });

export function createControls({ accounts, grants, mailboxes, redirectUris }: Context): Controls {
  async function call(method: string, email: string, path: string, body: object = {}): Promise<Reply> {
    const url = new URL(`http://localhost/gmail/v1/users/me/${path}`);
    const reply = await mailboxes.call(accounts.require(email).email, {
      method,
      url,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    });
    if (reply.status >= 300) throw new Error(`the local Gmail answered ${method} ${path} with ${reply.status}`);
    return reply;
  }

  return {
    addAccount: (email) => void accounts.add(email),
    registerRedirect: (uri) => void redirectUris.add(uri),
    async deliver(
      email,
      { from = 'Carol Clark <carol@example.org>', subject = 'News', text = 'Hello.', labelIds } = {},
    ) {
      const message = { from, to: email, subject, body_text: text, labelIds: labelIds ?? ['INBOX', 'UNREAD'] };
      const reply = await call('POST', email, 'messages', message);
      return v.parse(Message, JSON.parse(reply.body.toString())).id;
    },
    deleteMessage: async (email, id) => void (await call('DELETE', email, `messages/${id}`)),
    async changeLabels(email, id, { add = [], remove = [] }) {
      await call('POST', email, `messages/${id}/modify`, { addLabelIds: add, removeLabelIds: remove });
    },
    async messageIds(email) {
      const reply = await call('GET', email, 'messages?maxResults=500');
      return v.parse(Messages, JSON.parse(reply.body.toString())).messages.map(({ id }) => id);
    },
    forgetHistory: (email) => mailboxes.forgetHistory(accounts.require(email).email),
    grant(email, scopes) {
      const answer = grants.issue(accounts.require(email), scopes, true);
      return { ...answer, refresh_token: answer.refresh_token ?? '' };
    },
    grantOf(email) {
      const account = accounts.require(email);
      const scopes = grants.consented(account);
      return scopes && { scopes, refreshTokens: grants.refreshTokens(account).length };
    },
    revokeGrant: (email) => grants.revokeAll(accounts.require(email)),
    expireTokens: (email) => grants.expireAccessTokens(accounts.require(email)),
  };
}
