/** Our vault: provider tokens sealed under their module's data key, which KMS unwraps once per key and instance. */
import * as v from 'valibot';
import { openRecord, sealRecord } from '../crypto/sealed-record.ts';
import type { DataKeys } from './key-ring.ts';
import type { ProviderTokens } from './provider.ts';
import type { SealBinding, TokenVault } from './token-vault.ts';

export interface TokenVaultOptions {
  readonly stage: string;
  /** Asked for once per module, when the first record of it is sealed or opened. */
  readonly keysOf: (module: string) => DataKeys;
}

const instant = v.pipe(
  v.number(),
  v.transform((millis) => new Date(millis)),
);

/** Short names: the row is to stay under 1 KB, which is one write unit. */
const sealedTokens = v.object({
  a: v.optional(v.string()),
  ae: v.optional(instant),
  r: v.optional(v.string()),
  re: v.optional(instant),
});

export function createTokenVault({ stage, keysOf }: TokenVaultOptions): TokenVault {
  const known = new Map<string, DataKeys>();
  const keysFor = (module: string): DataKeys => {
    const keys = known.get(module) ?? keysOf(module);
    known.set(module, keys);
    return keys;
  };
  const bindingOf = ({ userId, module, kind, tokenVersion }: SealBinding, keyId: string): readonly string[] => [
    stage,
    userId,
    module,
    kind,
    keyId,
    String(tokenVersion),
  ];

  return {
    async seal(tokens, binding) {
      const { keyId, bytes } = await keysFor(binding.module).current();
      return { keyId, bytes: sealRecord(encode(tokens), bytes, bindingOf(binding, keyId)) };
    },

    async open(sealed, binding) {
      const key = await keysFor(binding.module).byId(sealed.keyId);
      if (!key) throw new Error(`a record of ${binding.module} names a data key that is not there`);
      const opened = openRecord(sealed.bytes, key.bytes, bindingOf(binding, sealed.keyId));
      if (!opened) throw new Error(`a record of ${binding.module} does not open as what it is kept as`);
      return decode(opened);
    },

    async currentKeyId(module) {
      return (await keysFor(module).current()).keyId;
    },
  };
}

function encode({ accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt }: ProviderTokens): Buffer {
  const short = {
    a: accessToken,
    ae: accessTokenExpiresAt?.getTime(),
    r: refreshToken,
    re: refreshTokenExpiresAt?.getTime(),
  };
  return Buffer.from(JSON.stringify(short));
}

function decode(plaintext: Buffer): ProviderTokens {
  const { a, ae, r, re } = v.parse(sealedTokens, JSON.parse(plaintext.toString()));
  return {
    ...(a !== undefined && { accessToken: a }),
    ...(ae && { accessTokenExpiresAt: ae }),
    ...(r !== undefined && { refreshToken: r }),
    ...(re && { refreshTokenExpiresAt: re }),
  };
}
