/**
 * The policy on a queue. Only one is understood: whoever does not come by TLS is refused, as CDK's `enforceSSL` writes it.
 * Calls count as such here (`aws:SecureTransport`), so it takes nothing away from what IAM says.
 */
import * as v from 'valibot';

const secureTransportOnly = v.object({
  Queues: v.array(v.string()),
  PolicyDocument: v.strictObject({
    Version: v.literal('2012-10-17'),
    Statement: v.array(
      v.strictObject({
        Sid: v.optional(v.string()),
        Effect: v.literal('Deny'),
        Action: v.literal('sqs:*'),
        Principal: v.strictObject({ AWS: v.literal('*') }),
        Resource: v.string(),
        Condition: v.strictObject({ Bool: v.strictObject({ 'aws:SecureTransport': v.literal('false') }) }),
      }),
    ),
  }),
});

/** @param where for the message. @throws Error when the policy says anything else. */
export function requireSecureTransportOnly(where: string, properties: unknown): void {
  if (v.is(secureTransportOnly, properties)) return;
  throw new Error(`${where}: a queue policy is evaluated here only where it refuses what comes without TLS`);
}
