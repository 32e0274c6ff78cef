/** Writes the gateway's answers as HTTP. */
import type { ServerResponse } from 'node:http';
import type { GatewayAnswer } from './proxy-answer.ts';

/** What API Gateway says itself. */
export function gatewayMessage(status: number, message: string): GatewayAnswer {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: { 'content-type': 'application/json' }, cookies: [], body };
}

/** @throws TypeError before anything is sent, when a header cannot be one: a line break in it, for example. */
export function sendAnswer(response: ServerResponse, answer: GatewayAnswer, requestId: string): void {
  const { status, headers, cookies, body } = answer;
  const hasBody = status !== 204 && status !== 304;
  const lines = [
    ...Object.entries(headers).flat(),
    ...cookies.flatMap((cookie) => ['set-cookie', cookie]),
    ...(hasBody ? ['content-length', String(body.length)] : []),
    'apigw-requestid',
    requestId,
  ];
  response.writeHead(status, lines).end(hasBody ? body : undefined);
}
