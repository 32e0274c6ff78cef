/** Verifies AWS Signature Version 4, as in "Create a signed AWS API request" of the IAM User Guide. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError, type AwsRequest } from './aws-service.ts';
import type { Credentials } from './credentials.ts';

export interface Signer {
  readonly credentials: Credentials;
  /** The service that the signature is for. */
  readonly service: string;
}

interface Authorization {
  readonly accessKeyId: string;
  /** `20261122/us-east-1/dynamodb/aws4_request` */
  readonly scope: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** @throws AwsError when the request is unsigned, signed with an unknown key, or not what was signed. */
export function verifySignature(
  request: AwsRequest,
  credentialsOf: (accessKeyId: string) => Credentials | undefined,
): Signer {
  const authorization = parseAuthorization(request);
  const credentials = credentialsOf(authorization.accessKeyId);
  if (credentials === undefined || header(request, 'x-amz-security-token') !== (credentials.sessionToken ?? '')) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const expected = signatureOf(request, authorization, credentials.secretAccessKey);
  const given = Buffer.from(authorization.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw invalidSignature(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
  return { credentials, service: authorization.service };
}

function parseAuthorization(request: AwsRequest): Authorization {
  const text = header(request, 'authorization');
  if (text === '') throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  const [, accessKeyId, scope, date, region, service, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/, ]+)\/((\d{8})\/([^/, ]+)\/([^/, ]+)\/aws4_request), *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/.exec(
      text,
    ) ?? [];
  if (!accessKeyId || !scope || !date || !region || !service || !names || !signature) {
    throw new AwsError('IncompleteSignatureException', 'The Authorization header is not of Signature Version 4.');
  }
  const signedHeaders = names.split(';');
  const unsigned = Object.keys(request.headers).find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned !== undefined)
    throw invalidSignature(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  return { accessKeyId, scope, date, region, service, signedHeaders, signature };
}

function signatureOf(request: AwsRequest, authorization: Authorization, secretAccessKey: string): Buffer {
  const { scope, date, region, service, signedHeaders } = authorization;
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  const canonicalRequest = [
    request.method,
    path.split('/').map(encode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${header(request, name).trim().replaceAll(/\s+/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', header(request, 'x-amz-date'), scope, sha256(canonicalRequest)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign);
}

/** As sent, sorted by name, then by value. */
function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => pair.split(/=(.*)/s))
    .map(([name = '', value = '']) => ({ name, value }))
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
    .map(({ name, value }) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** RFC 3986 §2.3: only unreserved characters stay. A path is thereby encoded a second time, as all services but S3 want it. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function header({ headers }: AwsRequest, name: string): string {
  return [headers[name]].flat().join(',');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function invalidSignature(message: string): AwsError {
  return new AwsError('InvalidSignatureException', message);
}
