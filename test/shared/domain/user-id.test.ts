/** Pinned: with any other derivation every user would be a stranger at their next sign-in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveSessionId, deriveUserId } from '../../../functions/shared/domain/user-id.ts';
import { anyText } from '../../support/any-text.ts';
import vectors from '../../vectors/user-ids.json' with { type: 'json' };

describe('deriveUserId()', () => {
  it.each(vectors.users)('of $workosUserId is $userId', ({ workosUserId, userId }) => {
    expect(deriveUserId(workosUserId)).toBe(userId);
  });

  it('is a prefix and 128 bits, for any id that WorkOS may think of', () => {
    fc.assert(
      fc.property(anyText(), (id) => {
        expect(deriveUserId(id)).toMatch(/^usr_[0-9a-f]{32}$/);
      }),
    );
  });

  it('differs from user to user', () => {
    fc.assert(fc.property(anyText(), anyText(), (a, b) => a === b || deriveUserId(a) !== deriveUserId(b)));
  });
});

describe('deriveSessionId()', () => {
  it.each(vectors.sessions)('of $workosSessionId is $sessionId', ({ workosSessionId, sessionId }) => {
    expect(deriveSessionId(workosSessionId)).toBe(sessionId);
  });

  it('has nothing in common with the user id of the same text', () => {
    expect(deriveUserId('the same')).not.toContain(deriveSessionId('the same'));
  });
});
