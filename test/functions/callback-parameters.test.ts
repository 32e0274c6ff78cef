import { describe, expect, it } from 'vitest';
import { parseCallbackParameters } from '../../functions/callback/callback-parameters.ts';

const parse = (query: string) => parseCallbackParameters(new URLSearchParams(query));

describe('parseCallbackParameters()', () => {
  it('takes code and state, or error and state, and ignores the rest', () => {
    expect(parse('code=c&state=s&session_state=x')).toStrictEqual({ code: 'c', state: 's' });
    expect(parse('error=e&state=s&error_description=x')).toStrictEqual({ error: 'e', state: 's' });
  });

  it('believes neither of two values', () => {
    expect(parse('code=a&code=b&state=s&state=t')).toStrictEqual({ code: '', state: '' });
  });
});
