/** The environment variables with which people start the local cloud. */
import { Faults } from './faults.ts';

export interface StartSettings {
  readonly port: number;
  readonly accessTokenSeconds: number;
  readonly faults: string;
}

/** A variable that cannot be meant so; the message says what it may be. */
export class StartSettingsError extends Error {
  override readonly name = 'StartSettingsError';
}

/** @throws {StartSettingsError} */
export function readStartSettings(environment: Readonly<Record<string, string | undefined>>): StartSettings {
  const { LOCAL_FAULTS: faults = '', LOCAL_ACCESS_TOKEN_SECONDS: seconds = '300' } = environment;
  return {
    port: readPort(environment),
    accessTokenSeconds: wholeNumber('LOCAL_ACCESS_TOKEN_SECONDS', seconds, 1, 86_400),
    faults: checkFaults(faults),
  };
}

/** `PORT`, 3000 unless given; 0 is any free one. @throws {StartSettingsError} */
export function readPort({ PORT = '' }: Readonly<Record<string, string | undefined>>): number {
  return PORT === '' ? 3000 : wholeNumber('PORT', PORT, 0, 65_535);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new StartSettingsError(`${name}=${text}: must be a whole number from ${least} to ${most}.`);
}

function checkFaults(text: string): string {
  try {
    new Faults(text);
    return text;
  } catch (error) {
    throw new StartSettingsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
