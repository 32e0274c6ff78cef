/** A section of the account page: what is connected, and what can be. A card per module that the stage switches on. */
import type { KeptConnection } from '../domain/module-keeper.ts';
import type { Module } from '../domain/modules.ts';
import { detailsRow } from './details-row.ts';
import { type Content, type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { moduleTexts, providerTitles } from './module-texts.ts';
import { scopeNames } from './scope-names.ts';
import { timeInUtc } from './time-in-utc.ts';

export interface ModuleCard {
  readonly module: Module;
  /** `undefined`: not connected. */
  readonly connection: KeptConnection | undefined;
}

export interface ModuleCardsOptions {
  readonly language: Language;
  /** An impersonator sees what is connected and changes nothing of it. */
  readonly isReadOnly: boolean;
}

const googlePermissions = 'https://myaccount.google.com/permissions';

export function moduleCards(cards: readonly ModuleCard[], options: ModuleCardsOptions): Html | undefined {
  if (cards.length === 0) return undefined;
  return html`<section class="column" id="modules" aria-labelledby="modules-title">
    <h2 id="modules-title">${moduleTexts[options.language].title}</h2>
    ${cards.map((card) => moduleCard(card, options))}
  </section>`;
}

function moduleCard({ module, connection }: ModuleCard, { language, isReadOnly }: ModuleCardsOptions): Html {
  const text = moduleTexts[language];
  const { title, purpose } = module.texts[language];
  const id = `module-${module.name}`;
  return html`<article class="card module" aria-labelledby="${id}">
    <h3 id="${id}">${title}</h3>
    <span class="tag">${text.status[connection?.status ?? 'not_connected']}</span>
    <p>${purpose}</p>
    ${connection ? connected(module, connection, language) : asks(module, language)}
    ${isReadOnly ? undefined : actions(module, connection, language)}
  </article>`;
}

function asks(module: Module, language: Language): Html {
  return html`<p>${moduleTexts[language].labels.asks}</p>
    ${list(scopeNames(module.scopes, module, language))}`;
}

function connected(module: Module, connection: KeptConnection, language: Language): Html {
  const text = moduleTexts[language];
  const { status, problem = 'grant_revoked', account, scopes, connectedAt, refreshedAt } = connection;
  const provider = providerTitles[module.provider];
  return html`${status === 'connected' ? undefined : html`<p class="notice">${text.problems[problem](provider)}</p>`}
    <dl>
      ${detailsRow(text.labels.account, html`<bdi>${account.address}</bdi>`)}
      ${detailsRow(text.labels.scopes, list(scopeNames(scopes, module, language)))}
      ${detailsRow(text.labels.connected, timeInUtc(connectedAt, language))}
      ${detailsRow(text.labels.refreshed, timeInUtc(refreshedAt, language))} ${synced(connection, language)}
    </dl>`;
}

/** Of a mailbox that the offline worker looks after. */
function synced({ mailbox, nextTurnAt }: KeptConnection, language: Language): readonly Html[] {
  const text = moduleTexts[language];
  if (!mailbox) return nextTurnAt ? [detailsRow(text.labels.synced, text.notYet)] : [];
  return [
    detailsRow(text.labels.synced, timeInUtc(mailbox.lastSyncedAt, language)),
    detailsRow(text.labels.messages, grouped(mailbox.messagesTotal)),
  ];
}

function actions(module: Module, connection: KeptConnection | undefined, language: Language): Html {
  const text = moduleTexts[language];
  const { title } = module.texts[language];
  const connect = (action: string): Html =>
    html`<a
      class="button"
      href="/oauth/${module.name}/connect?return_to=/dashboard"
      aria-label="${text.named(action, title)}"
      >${action}</a
    >`;
  if (!connection) return html`<div class="actions">${connect(text.connect)}</div>`;
  return html`<div class="actions">
      ${connection.status === 'connected' ? undefined : connect(text.connectAgain)}
      <form method="post" action="/modules/${module.name}/disconnect">
        <button class="button quiet" type="submit" aria-label="${text.named(text.disconnect, title)}">
          ${text.disconnect}
        </button>
      </form>
    </div>
    ${
      module.provider === 'google'
        ? html`<p>${text.elsewhere} <a href="${googlePermissions}">${text.elsewhereLink}</a></p>`
        : undefined
    }`;
}

/** The role by name, since VoiceOver takes a list without bullets for no list. */
function list(items: readonly Content[]): Html {
  return html`<ul class="plain" role="list">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

/** `12,345`, as both languages write it. By hand: the first `Intl` formatter of a process takes milliseconds. */
const grouped = (number: number): string => String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
