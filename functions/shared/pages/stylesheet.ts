/** The one stylesheet: system fonts, light and dark, from 320 pixels up. Its recurring shape is the arch of a gate. */
import { hashedAsset } from './hashed-asset.ts';

const colors = `
:root {
  color-scheme: light dark;
  --ground: #f3f5f3; --surface: #fff; --line: #d8dfdb; --edge: #7f8d87;
  --ink: #16211d; --muted: #54625c;
  --accent: #11604f; --accent-hover: #0b4a3c; --on-accent: #fff;
  --stone: #c9d2cd; --stone-shade: #aebbb4; --passage: #1d3c33; --lamp: #f0a830; --portrait: #11604f;
  --notice: #fbe7b8; --on-notice: #3d2b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1412; --surface: #161e1b; --line: #2a3531; --edge: #6f7f78;
    --ink: #e8eeeb; --muted: #9fafa8;
    --accent: #7bd8ba; --accent-hover: #a0e8d1; --on-accent: #05231b;
    --stone: #3a4742; --stone-shade: #52635b; --passage: #07110e; --portrait: #1f5d4d;
    --notice: #4a3608; --on-notice: #ffe9b5;
  }
}
`;

const frame = `
*, ::before, ::after { box-sizing: border-box; }
html {
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
body {
  display: flex; flex-direction: column; min-block-size: 100vh; min-block-size: 100dvh; margin: 0;
  background: var(--ground); color: var(--ink); overflow-wrap: break-word;
}
header, main, footer, .impersonation {
  padding-inline: max(clamp(1.25rem, 5vw, 2rem), 50% - 24rem);
}
header { padding-block: 1rem; }
main { flex: 1; display: flex; flex-direction: column; padding-block: 1.5rem 3rem; outline: 0; }
footer { padding-block: 1.5rem; color: var(--muted); font-size: .875rem; }
.brand {
  display: inline-flex; align-items: center; gap: .625rem; min-block-size: 2.75rem;
  color: inherit; font-weight: 650; text-decoration: none;
}
.skip {
  position: absolute; inset: .5rem auto auto .5rem; z-index: 1; padding: .75rem 1rem;
  border-radius: .5rem; background: var(--surface); color: var(--accent);
}
.skip:not(:focus) { clip-path: inset(50%); }
.impersonation { padding-block: .75rem; background: var(--notice); color: var(--on-notice); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
`;

const text = `
h1, h2, p, dl, dd, ul { margin: 0; }
h1 {
  font-size: clamp(1.75rem, 1.35rem + 2vw, 2.5rem); font-weight: 650; line-height: 1.2;
  letter-spacing: -.02em; text-wrap: balance;
}
h2 { font-size: 1.125rem; font-weight: 650; line-height: 1.4; }
:lang(zh) { letter-spacing: 0; line-break: strict; }
code {
  font: .9375em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
  -webkit-user-select: all; user-select: all;
}
.lead { max-inline-size: 34rem; margin-block-start: .75rem; color: var(--muted); font-size: 1.125rem; text-wrap: pretty; }
.strong { color: var(--ink); font-weight: 600; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-block-start: 1.75rem; }
.button {
  display: inline-flex; align-items: center; justify-content: center; min-block-size: 2.75rem; padding: .5rem 1.25rem;
  border: 1px solid var(--accent); border-radius: .625rem; background: var(--accent); color: var(--on-accent);
  font: inherit; font-weight: 600; line-height: 1.25; text-align: center; text-decoration: none;
  cursor: pointer; transition: background-color .15s, border-color .15s;
}
.button:hover { border-color: var(--accent-hover); background: var(--accent-hover); }
.quiet { border-color: var(--edge); background: transparent; color: var(--ink); }
.quiet:hover { border-color: var(--accent); background: transparent; }
`;

/**
 * Beside the words of a page with one thing to say: the open gate, the closed one, or who stands in it.
 * The picture's height stays `auto`: Chromium then draws nothing for one that cannot be loaded, and the initials show.
 */
const scenes = `
.scene {
  display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 1.75rem clamp(2rem, 6vw, 4rem);
  align-items: center; margin-block: auto;
}
.arch {
  --width: 12rem;
  flex: none; display: grid; inline-size: var(--width); aspect-ratio: 4 / 5;
  border-radius: calc(var(--width) / 2) calc(var(--width) / 2) .5rem .5rem;
}
.gate { --wall: calc(var(--width) / 7); padding: var(--wall) var(--wall) 0; background: var(--stone); }
.gate::before {
  content: ""; border: calc(var(--width) / 16) solid var(--stone-shade); border-block-end: 0; border-radius: 50vw 50vw 0 0;
  background: radial-gradient(circle at 50% 105%, var(--lamp), var(--passage) 90%) padding-box;
}
.closed::before {
  background:
    repeating-linear-gradient(90deg, transparent 0 16%, var(--stone-shade) 0 20%),
    repeating-linear-gradient(transparent 0 11%, var(--stone-shade) 0 14%), var(--passage);
}
.portrait {
  position: relative; place-items: center; overflow: hidden; background: var(--portrait); color: #fff;
  font-size: calc(var(--width) / 3.25); font-weight: 600; line-height: 1;
}
.scene .portrait { border: calc(var(--width) / 16) solid var(--stone); border-block-end: 0; }
.portrait img { position: absolute; inset: 0 auto auto 0; inline-size: 100%; min-block-size: 100%; object-fit: cover; }
.reference { margin-block-start: 2rem; color: var(--muted); font-size: .875rem; }
.reference dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .125rem 1rem; margin-block-start: .25rem; }
`;

const cards = `
.column h1 { font-size: clamp(1.75rem, 1.5rem + 1vw, 2rem); }
.column { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.card {
  padding: 1.25rem clamp(1.25rem, 4vw, 1.75rem);
  border: 1px solid var(--line); border-radius: 1rem; background: var(--surface);
}
.card dl { margin-block: .5rem -.5rem; }
.card dl > div { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: .125rem 1rem; padding-block: .75rem; }
.card dl > div + div { border-block-start: 1px solid var(--line); }
.card dt, .identity p { color: var(--muted); }
.identity { display: flex; flex-wrap: wrap; align-items: center; gap: 1.25rem 1rem; }
.identity .arch { --width: 3.5rem; }
.identity > div:not(.arch) { flex: 1 1 10rem; min-inline-size: 0; }
.module { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .5rem .75rem; align-items: center; }
.module > :not(h3, .tag) { grid-column: 1 / -1; }
.module h3 { margin: 0; font-size: 1.125rem; font-weight: 650; line-height: 1.4; }
.module > p:not(.notice), .module > .plain { color: var(--muted); }
.module > .actions ~ p { font-size: .875rem; }
.module a:not(.button) { color: var(--accent); }
.module .actions { margin-block-start: .75rem; }
.plain { display: grid; grid-template-columns: minmax(0, 1fr); gap: .25rem; padding: 0; list-style: none; }
.notice { padding: .875rem 1.25rem; border-radius: .75rem; background: var(--notice); color: var(--on-notice); }
.notice[role="status"] { border: 1px solid var(--accent); background: var(--surface); color: inherit; }
.notice a { color: inherit; }
.tags { display: flex; flex-wrap: wrap; gap: .375rem; padding: 0; list-style: none; }
.tags li, .tag { padding-inline: .625rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); }
.sessions { margin-block: .5rem -.5rem; padding: 0; list-style: none; }
.sessions li { display: flex; flex-wrap: wrap; align-items: center; gap: .125rem .75rem; padding-block: .75rem; }
.sessions li + li { border-block-start: 1px solid var(--line); }
.sessions h3 { margin: 0; font-size: 1rem; font-weight: 600; }
.sessions form { margin-inline-start: auto; }
.sessions p { flex-basis: 100%; color: var(--muted); font-size: .875rem; }
`;

const circumstances = `
@media (max-width: 40rem) {
  .scene { grid-template-columns: minmax(0, 1fr); margin-block: 1rem auto; }
  .arch { --width: 8rem; }
  .card dl > div { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 30rem) {
  .actions .button { flex: 1 1 auto; }
}
@media (prefers-reduced-motion: reduce) {
  .button { transition: none; }
}
@media (forced-colors: active) {
  .gate { display: none; }
  .portrait { border: 1px solid; }
}
`;

export const stylesheet = hashedAsset({
  extension: 'css',
  contentType: 'text/css; charset=utf-8',
  body: colors + frame + text + scenes + cards + circumstances,
});
