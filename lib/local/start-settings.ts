/** The environment variables with which people start the local cloud. */
import { cookieSecretRule, isCookieSecret } from '../cookie-secret.ts';
import { Faults } from './faults.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface StartSettings {
  readonly port: number;
  readonly accessTokenSeconds: number;
  readonly faults: string;
}

export interface WorkosKeys {
  readonly apiKey: string;
  readonly clientId: string;
}

/** A variable that cannot be meant so; the message says what it may be. */
export class StartSettingsError extends Error {
  override readonly name = 'StartSettingsError';
}

/** @throws {StartSettingsError} */
export function readStartSettings(environment: Environment): StartSettings {
  const { LOCAL_FAULTS: faults = '', LOCAL_ACCESS_TOKEN_SECONDS: seconds = '300' } = environment;
  realWorkosKeys(environment);
  isRealProvider(environment, 'GOOGLE');
  isRealProvider(environment, 'GITHUB');
  checkCookiePassword(environment['WORKOS_COOKIE_PASSWORD']);
  return {
    port: readPort(environment),
    accessTokenSeconds: wholeNumber('LOCAL_ACCESS_TOKEN_SECONDS', seconds, 1, 86_400),
    faults: checkFaults(faults),
  };
}

/** `PORT`, 3000 unless given; 0 is any free one. @throws {StartSettingsError} */
export function readPort({ PORT = '3000' }: Environment): number {
  return wholeNumber('PORT', PORT, 0, 65_535);
}

/**
 * The keys of the real WorkOS, with which the local cloud is to talk then; `undefined` without them.
 * @throws {StartSettingsError} when there is one without the other.
 */
export function realWorkosKeys(environment: Environment): WorkosKeys | undefined {
  const { WORKOS_API_KEY: apiKey, WORKOS_CLIENT_ID: clientId } = environment;
  if (apiKey && clientId) return { apiKey, clientId };
  if (!apiKey && !clientId) return undefined;
  throw new StartSettingsError(
    'WORKOS_API_KEY and WORKOS_CLIENT_ID belong together: set both for the real WorkOS, or neither.',
  );
}

/**
 * Whether a module's provider is the real one. The local WorkOS can only send people to the local providers, so the credentials
 * of a real one take effect with the real WorkOS; with the local one they are those of the stand-in.
 * @throws {StartSettingsError} when there is an id without a secret, or the reverse.
 */
export function isRealProvider(environment: Environment, provider: 'GITHUB' | 'GOOGLE'): boolean {
  const [id, secret] = [`${provider}_CLIENT_ID`, `${provider}_CLIENT_SECRET`] as const;
  if (Boolean(environment[id]) !== Boolean(environment[secret])) {
    throw new StartSettingsError(`${id} and ${secret} belong together: set both, or neither.`);
  }
  return Boolean(environment[id]) && realWorkosKeys(environment) !== undefined;
}

/** What the functions would say at every request. The value itself is shown to nobody. */
function checkCookiePassword(value: string | undefined): void {
  if (value === undefined || isCookieSecret(value)) return;
  throw new StartSettingsError(`WORKOS_COOKIE_PASSWORD needs ${cookieSecretRule}.`);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new StartSettingsError(`${name}=${text}: must be a whole number from ${least} to ${most}.`);
}

function checkFaults(text: string): string {
  try {
    new Faults().set(text);
  } catch (error) {
    throw new StartSettingsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return text;
}
