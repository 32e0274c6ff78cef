/** The frame of the pages of local providers: no script, one style sheet, allowed by its hash. */
import { createHash } from 'node:crypto';
import type { Reply } from './http.ts';

const style = `
:root { color-scheme: light dark; --page: #f5f5f7; --card: #fff; --text: #1c1c21; --quiet: #5d5d69; --line: #d9d9e0; --accent: #4f46e5; }
@media (prefers-color-scheme: dark) {
  :root { --page: #131317; --card: #1e1e24; --text: #f3f3f6; --quiet: #a6a6b3; --line: #3a3a44; --accent: #a5a0ff; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; color: var(--quiet); overflow-wrap: anywhere; }
ul { margin: 1.5rem 0 1rem; padding: 0; list-style: none; display: grid; gap: .75rem; }
button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .625rem; cursor: pointer; }
button:hover { border-color: var(--accent); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.account { width: 100%; display: flex; align-items: center; gap: .875rem; padding: .75rem .875rem; text-align: start; }
.avatar { flex: none; width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--card); font-weight: 600; }
.name, .detail { display: block; overflow-wrap: anywhere; }
.name { font-weight: 600; }
.detail { color: var(--quiet); font-size: .875rem; }
.other { margin: .5rem 0 0 3.375rem; padding: .25rem .75rem; font-size: .875rem; }
.cancel, .main { width: 100%; padding: .625rem; }
.main { margin-bottom: .75rem; background: var(--accent); border-color: var(--accent); color: var(--card); font-weight: 600; }
label { display: flex; gap: .625rem; align-items: baseline; overflow-wrap: anywhere; }
fieldset { margin: 0 0 1rem; padding: 0; border: 0; display: grid; gap: .5rem; }
select { width: 100%; margin: 0 0 1rem; padding: .5rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .625rem; }
code { font-size: .875rem; }
`;

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // No form-action: browsers hold it against the redirects after a form too, and those lead to the application and beyond.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface Page {
  readonly status: number;
  /** Whose it is: `local Google`. */
  readonly site: string;
  readonly title: string;
  /** Markup. */
  readonly main: string;
}

export function page({ status, site, title, main }: Page): Reply {
  return {
    status,
    headers,
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · ${escapeHtml(site)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${main}
</main>
</body>
</html>
`,
  };
}

/** Where there is no safe place to send the browser to, it stays. */
export function errorPage(site: string, code: string, message: string): Reply {
  const main = `<p>${escapeHtml(message)}</p>\n<p><code>${escapeHtml(code)}</code></p>`;
  return page({ status: 400, site, title: 'Something went wrong', main });
}

export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
