/** A provider's consent page as a plain form: whose account, which scopes, yes or no. */
import type { FrontRequest, Reply } from './http.ts';
import { escapeHtml, page } from './page.ts';

export interface ConsentPage {
  /** `local Google` */
  readonly site: string;
  readonly title: string;
  readonly application: string;
  /** Where the form is sent: the request itself. */
  readonly action: string;
  readonly accounts: readonly { readonly id: string; readonly label: string }[];
  /** Of an account that is to be preset. */
  readonly accountId: string | undefined;
  /** Said on the page, and granted with every yes. */
  readonly fixedScopes: readonly string[];
  /** Each may be unticked. */
  readonly scopes: readonly string[];
  /** The word on the button that consents. */
  readonly verb: string;
}

export function consentPage(options: ConsentPage): Reply {
  const { site, title, application, action, accounts, accountId, fixedScopes, scopes, verb } = options;
  const choices = accounts.map(
    ({ id, label }) =>
      `<option value="${escapeHtml(id)}"${id === accountId ? ' selected' : ''}>${escapeHtml(label)}</option>`,
  );
  const boxes = scopes.map(
    (scope) =>
      `<label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked> ${escapeHtml(scope)}</label>`,
  );
  const fixed = fixedScopes.length === 0 ? '' : `<p>Also: ${escapeHtml(fixedScopes.join(', '))}</p>\n`;
  return page({
    status: 200,
    site,
    title,
    main: `<p>${escapeHtml(application)} asks for access to an account. This is the ${escapeHtml(site)}: no password needed.</p>
<form method="post" action="${escapeHtml(action)}">
<label for="account">Account</label>
<select id="account" name="account">
${choices.join('\n')}
</select>
<fieldset aria-label="Access">
${boxes.join('\n')}
</fieldset>
${fixed}<button class="main" name="consent" value="allow">${escapeHtml(verb)}</button>
<button class="cancel" name="consent" value="cancel">Cancel</button>
</form>`,
  });
}

export interface Consent {
  readonly accountId: string;
  /** The ticked ones. */
  readonly scopes: readonly string[];
}

/** `undefined`: Cancel. Several scopes may come in one field, separated by spaces. */
export function readConsent({ body }: FrontRequest): Consent | undefined {
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.get('consent') !== 'allow') return undefined;
  const scopes = form.getAll('scope').flatMap((value) => value.split(' ').filter(Boolean));
  return { accountId: form.get('account') ?? '', scopes };
}
