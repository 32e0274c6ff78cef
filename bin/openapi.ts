/** `npm run openapi`: writes the API's OpenAPI document and its TypeScript types to `docs`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiTypes } from '../lib/openapi/api-types.ts';
import { describeApi } from '../lib/openapi.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const document = describeApi();

await writeFile(join(docs, 'openapi.json'), `${JSON.stringify(document, undefined, 2)}\n`);
await writeFile(join(docs, 'api.d.ts'), apiTypes(document));
console.log('docs/openapi.json\ndocs/api.d.ts');
