/** AppAuth for JavaScript. Its modules import each other without file endings, which only a bundler understands. */
import { join } from 'node:path';
import { build } from 'esbuild';

export interface AppAuthTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: string;
  readonly expiresIn: number;
  readonly scope: string;
}

export interface AppAuthApp {
  signIn(options: {
    readonly issuer: string;
    readonly clientId: string;
    readonly redirectUri: string;
    /** Gives the redirect that the operating system would hand to the app. */
    readonly openBrowser: (url: string) => Promise<URL>;
  }): Promise<{
    readonly tokens: AppAuthTokens;
    refresh(refreshToken: string): Promise<AppAuthTokens>;
    revoke(token: string): Promise<unknown>;
  }>;
}

export async function loadAppAuthApp(): Promise<AppAuthApp> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'appauth-app.mjs')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'error',
  });
  const source = Buffer.from(outputFiles[0]?.contents ?? '').toString('base64');
  return (await import(`data:text/javascript;base64,${source}`)) as AppAuthApp;
}
