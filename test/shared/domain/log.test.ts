import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { logFailure } from '../../../functions/shared/domain/log.ts';
import { collectLog } from '../../support/collected-log.ts';

describe('logFailure()', () => {
  const logged = (error: AuthError) => {
    const log = collectLog();
    logFailure(log, 'request.failed', error);
    return log.lines;
  };

  it('calls for an operator when something behind us failed', () => {
    const error = new AuthError('temporarily_unavailable', 'no answer', { cause: new Error('timeout') });
    expect(logged(error)).toStrictEqual([
      { level: 'error', event: 'request.failed', fields: { code: 'temporarily_unavailable' }, cause: error },
    ]);
  });

  it('warns of what the sender of the request did', () => {
    const refusedPrefetch = new AuthError('temporarily_unavailable', 'prefetch refused');
    const cancelled = new AuthError('access_denied', 'cancelled', { cause: new Error('access_denied') });
    expect(logged(refusedPrefetch)).toMatchObject([{ level: 'warn', fields: { code: 'temporarily_unavailable' } }]);
    expect(logged(cancelled)).toMatchObject([{ level: 'warn', fields: { code: 'access_denied' } }]);
  });
});
