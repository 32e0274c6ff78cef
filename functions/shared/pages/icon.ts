/** Gatehouse's mark, for the browser's tab and the header: a gate with a light on inside, readable at 16 pixels. */
import { hashedAsset } from './hashed-asset.ts';

export const icon = hashedAsset({
  extension: 'svg',
  contentType: 'image/svg+xml',
  body: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="8" fill="#11604f"/>
<path d="M6 6h5v3.5h2.5V6h5v3.5H21V6h5v20H6z" fill="#f3f7f4"/>
<path d="M11.5 26v-6a4.5 4.5 0 0 1 9 0v6z" fill="#f0a830"/>
</svg>
`,
});
