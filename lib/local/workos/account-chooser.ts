/** The page on which a person says who they are: one button per user, more for further organizations, Cancel. */
import type { Reply } from '../front/http.ts';
import { escapeHtml, page } from '../front/page.ts';

export interface Account {
  readonly name: string;
  readonly email: string;
  /** The first is the one that the large button signs in to. */
  readonly organizations: readonly { readonly id: string; readonly name: string }[];
}

/** Each form posts to `action`: `email` with `organization_id`, or `cancel`. */
export function accountChooser(options: {
  readonly title: string;
  readonly application: string;
  readonly notice: string | undefined;
  readonly action: string;
  readonly accounts: readonly Account[];
}): Reply {
  const form = `<form method="post" action="${escapeHtml(options.action)}">`;
  const notice = options.notice === undefined ? '' : `<p role="status">${escapeHtml(options.notice)}</p>\n`;
  return page({
    status: 200,
    site: 'local AuthKit',
    title: options.title,
    main: `<p>to continue to ${escapeHtml(options.application)}. This is the local AuthKit: choose who you are, no password needed.</p>
${notice}<ul aria-label="Accounts">
${options.accounts.map((account, index) => `<li>${form}${accountButtons(account, `account-${index}`)}</form></li>`).join('\n')}
</ul>
${form}<button class="cancel" name="cancel" value="1">Cancel</button></form>`,
  });
}

function accountButtons({ name, email, organizations }: Account, id: string): string {
  const [first, ...others] = organizations;
  const detail = first === undefined ? email : `${email} · ${first.name}`;
  const main = `<input type="hidden" name="email" value="${escapeHtml(email)}">
<button class="account" name="organization_id" value="${escapeHtml(first?.id ?? '')}">
<span class="avatar" aria-hidden="true">${escapeHtml(name.slice(0, 1).toUpperCase())}</span>
<span><span class="name" id="${id}">${escapeHtml(name)}</span> <span class="detail">${escapeHtml(detail)}</span></span>
</button>`;
  // The user's name is a description here, not part of the button's name: "Alice Archer" names one button only.
  const further = others.map(
    (organization) =>
      `<button class="other" name="organization_id" value="${escapeHtml(organization.id)}" aria-describedby="${id}">in ${escapeHtml(organization.name)}</button>`,
  );
  return [main, ...further].join('\n');
}
