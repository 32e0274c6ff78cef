/** Everything that `/assets/{file}` serves. */
import type { HashedAsset } from './hashed-asset.ts';
import { icon } from './icon.ts';
import { stylesheet } from './stylesheet.ts';

/** By path, as our pages link it. */
export const assets: ReadonlyMap<string, HashedAsset> = new Map([stylesheet, icon].map((asset) => [asset.path, asset]));
