/** The page: shows what `gatehouse.js` finds out, and nothing that anybody wrote as HTML. */
import { connection, endSession, readSessions, signIn, signOut, watchSession } from './gatehouse.js';

const element = (id) => document.getElementById(id);
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
/** Whether Gatehouse has ever told who is signed in. */
let isKnown = false;

/** @param name the section to show; the others are hidden. */
function show(name) {
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== name;
}

function say(text) {
  element('status').textContent = text;
}

async function showSession(session) {
  isKnown = true;
  if (!session) {
    show('signed-out');
    return;
  }
  element('name').textContent = session.name;
  element('email').textContent = session.email;
  element('roles').textContent = session.roles.join(', ') || 'none';
  show('signed-in');
  await showSessions();
}

async function showSessions() {
  try {
    const sessions = await readSessions();
    // Ended from elsewhere a moment ago.
    if (!sessions) await showSession(undefined);
    else element('sessions').replaceChildren(...sessions.map(toListItem));
  } catch (error) {
    showFailure(error);
  }
}

function toListItem({ id, current, lastSeenAt, userAgent, ip }) {
  const item = element('session').content.cloneNode(true);
  const part = (name) => item.querySelector(`.${name}`);
  const browser = userAgent ?? 'Unknown browser';
  part('browser').textContent = browser;
  part('place').textContent = `${current ? 'This browser, ' : ''}${ip ?? 'unknown address'}`;
  part('time').dateTime = lastSeenAt;
  part('time').textContent = when.format(new Date(lastSeenAt));
  part('end').ariaLabel = current ? 'End this session' : `End the session of ${browser}`;
  part('end').addEventListener('click', ({ currentTarget }) => end(id, current, currentTarget));
  return item;
}

async function end(id, isCurrent, button) {
  button.disabled = true;
  try {
    await endSession(id);
    await (isCurrent ? showSession(undefined) : showSessions());
  } catch (error) {
    button.disabled = false;
    showFailure(error);
  }
}

/** What is on the page stays there: that Gatehouse cannot be asked says nothing about the session. */
function showFailure({ code, message, requestId }) {
  say(requestId ? `${message} (${code}, request ${requestId})` : message);
  if (!isKnown) show('unreachable');
}

connection.addEventListener('waiting', ({ detail: seconds }) => {
  say(`Gatehouse does not answer. Trying again in ${Math.ceil(seconds)} s.`);
});
connection.addEventListener('answered', () => say(''));
element('sign-in').addEventListener('click', signIn);
element('sign-out').addEventListener('click', signOut);
element('try-again').addEventListener('click', () => location.reload());
watchSession(showSession, showFailure);
