/** An error as AWS's JSON protocols answer it. */
import type { ScriptedAnswer } from './scripted-server.ts';

export function awsRefusal(name: string, status = 400): ScriptedAnswer {
  return { status, body: { __type: name, message: `not now: ${name}` } };
}
