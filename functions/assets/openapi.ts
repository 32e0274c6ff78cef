/** What our pages load, described. */
import * as v from 'valibot';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import type { Reply } from '../shared/openapi/reply.ts';

const headers = ['StoredForGood', 'ETag'] as const satisfies Reply['headers'];
const text = v.string();

export const operations = {
  'GET /assets/{file}': {
    id: 'getAsset',
    summary: 'Stylesheet and icon of our pages',
    session: 'ignored',
    path: parameters({ entries: { file: text } }, { file: 'Named by its content, as our pages link it.' }),
    replies: {
      200: { description: 'The file.', headers, content: { 'text/css; charset=utf-8': text, 'image/svg+xml': text } },
      304: { description: '`If-None-Match` names it.', headers },
    },
    errors: { form: 'json', codes: ['not_found'] },
  },
} satisfies Operations;
