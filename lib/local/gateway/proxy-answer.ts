/** A function's result as API Gateway understands it: payload format 2.0. */
import * as v from 'valibot';

export interface GatewayAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** Headers that API Gateway writes itself or that end at it (RFC 9110 §7.6.1). */
const withheld = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const StructuredResult = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]),
    v.integer(),
    v.minValue(200),
    v.maxValue(599),
  ),
  headers: v.nullish(
    v.record(v.string(), v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String))),
    {},
  ),
  cookies: v.nullish(v.array(v.string()), []),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
});

/**
 * @param payload JSON. Without a `statusCode` the whole of it is the body.
 * @returns `undefined` when a client cannot be given it.
 */
export function readProxyAnswer(payload: string): GatewayAnswer | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(body) };
  }
  const structured = v.safeParse(StructuredResult, result);
  if (!structured.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = structured.output;
  return {
    status: statusCode,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...passedOn(headers ?? {}) },
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function passedOn(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !withheld.has(name))
      .map(([name, value]) => [name === 'www-authenticate' ? `x-amzn-remapped-${name}` : name, value]),
  );
}
