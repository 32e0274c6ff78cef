/** `npm run example:spa`: the files of this folder on http://localhost:5173, as any static host would serve them. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '/index.html': 'text/html; charset=utf-8',
  '/app.js': 'text/javascript',
  '/config.js': 'text/javascript',
  '/gatehouse.js': 'text/javascript',
  '/style.css': 'text/css',
};

export interface SpaOptions {
  readonly port: number;
  /** An origin; it takes the place of the one in `config.js`. */
  readonly gatehouseUrl: string;
}

/** @throws Error `EADDRINUSE` when the port is taken. */
export async function serveSpa({ port, gatehouseUrl }: SpaOptions) {
  const headers = {
    // Scripts of this origin alone, which may talk to Gatehouse alone: stolen words find no way out.
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src ${gatehouseUrl}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  };
  const server = createServer(async ({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    // Its own paths are the app's business: whatever is no file gets the page.
    const name = pathname in types ? pathname : '/index.html';
    const text = await readFile(join(import.meta.dirname, name), 'utf8');
    response.writeHead(200, { ...headers, 'content-type': types[name] });
    response.end(name === '/config.js' ? text.replace(/'http.*'/, `'${gatehouseUrl}'`) : text);
  });
  server.listen(port, 'localhost');
  await once(server, 'listening');
  return { url: `http://localhost:${port}`, close: () => server.close().closeAllConnections() };
}

if (import.meta.main) {
  const { PORT = '5173', GATEHOUSE_URL = 'http://localhost:3000' } = process.env;
  const { url } = await serveSpa({ port: Number(PORT), gatehouseUrl: GATEHOUSE_URL });
  console.log(`ready ${url}, with Gatehouse at ${GATEHOUSE_URL}`);
}
