import { describe, expect, it } from 'vitest';
import { gmailMailbox } from '../../functions/gmail-mailbox/gmail-mailbox.ts';
import type { ModuleConnection } from '../../functions/shared/domain/module-connections.ts';
import type { ModuleSettings } from '../../functions/shared/domain/modules.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { protectedEndpoint } from '../../functions/shared/http/protected-endpoint.ts';
import { loadModules } from '../../functions/shared/wiring/load-modules.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { createMemoryModuleConnections } from '../support/memory-module-connections.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';
import { someConnection } from '../support/module-connections-contract.ts';

const { userId } = aliceSession;
const nextTurnAt = new Date('2026-11-22T10:15:00Z');
const mailbox = { historyId: '4711', messagesTotal: 12, lastSyncedAt: new Date('2026-11-22T10:00:00.400Z') };

async function start(settings: ModuleSettings = { gmail: { connectVia: 'workos' } }) {
  const connections = createMemoryModuleConnections();
  const rules = {
    auth: 'session',
    sessions: createMemoryWebSessions(),
    sessionMaxAgeSeconds: 3600,
    origins: { publicUrl: 'https://auth.example.com', webOrigins: [] },
  } as const;
  const endpoint = protectedEndpoint(rules, gmailMailbox({ connections, modules: await loadModules(settings) }));
  const ask = async () => {
    const { status, body } = await askEndpoint(endpoint, '/gmail/mailbox', {
      cookies: ['wos-session=alice'],
      errors: jsonError,
    });
    return { status, answer: JSON.parse(body) as unknown };
  };
  const connect = async (changed: Partial<ModuleConnection> = {}) => {
    await connections.put(someConnection({ userId, nextTurnAt }), undefined);
    connections.tamper(userId, 'gmail', changed);
  };
  return { ask, connect, connections };
}

describe('GET /gmail/mailbox', () => {
  it('tells how far the worker has come', async () => {
    const { ask, connect } = await start();
    await connect({ mailbox });
    expect(await ask()).toEqual({
      status: 200,
      answer: {
        emailAddress: 'alice@example.com',
        messagesTotal: 12,
        historyId: '4711',
        lastSyncedAt: '2026-11-22T10:00:00.400Z',
        nextSyncAt: '2026-11-22T10:15:00.000Z',
      },
    });
  });

  it('has nulls before the first turn', async () => {
    const { ask, connect } = await start();
    await connect();
    expect(await ask()).toEqual({
      status: 200,
      answer: {
        emailAddress: 'alice@example.com',
        messagesTotal: null,
        historyId: null,
        lastSyncedAt: null,
        nextSyncAt: '2026-11-22T10:15:00.000Z',
      },
    });
  });

  it('answers 409 to who has not connected it, whatever others have', async () => {
    const { ask, connections } = await start();
    await connections.put(someConnection({ userId: 'usr_somebody_else' }), undefined);
    await connections.put(someConnection({ userId, module: 'github' }), undefined);
    expect(await ask()).toMatchObject({ status: 409, answer: { error: 'module_not_connected' } });
  });

  it('answers 409 when it has to be connected again', async () => {
    const { ask, connect } = await start();
    await connect({ mailbox, status: 'reauthorization_required', problem: 'grant_revoked' });
    expect(await ask()).toMatchObject({ status: 409, answer: { error: 'reauthorization_required' } });
  });

  it('is not there where the stage has no such module', async () => {
    const { ask, connect } = await start({ github: { connectVia: 'direct' } });
    await connect({ mailbox });
    expect(await ask()).toMatchObject({ status: 404, answer: { error: 'not_found' } });
  });
});
