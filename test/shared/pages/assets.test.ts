import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assets } from '../../../functions/shared/pages/assets.ts';
import { hashedAsset } from '../../../functions/shared/pages/hashed-asset.ts';
import { icon } from '../../../functions/shared/pages/icon.ts';
import { stylesheet } from '../../../functions/shared/pages/stylesheet.ts';

describe('hashedAsset()', () => {
  const css = { extension: 'css', contentType: 'text/css' };

  it('names a file by its content', () => {
    const hash = createHash('sha256').update('p{}').digest('hex').slice(0, 16);
    expect(hashedAsset({ ...css, body: 'p{}' }).path).toBe(`/assets/${hash}.css`);
  });

  it('changes the name when the content changes', () => {
    expect(hashedAsset({ ...css, body: 'p{}' }).path).not.toBe(hashedAsset({ ...css, body: 'p{ }' }).path);
  });
});

describe('assets', () => {
  it('holds stylesheet and icon under the paths that pages link', () => {
    expect(assets).toEqual(
      new Map([
        [stylesheet.path, stylesheet],
        [icon.path, icon],
      ]),
    );
  });
});

describe('stylesheet', () => {
  it('is at most 8 KB', () => {
    expect(Buffer.byteLength(stylesheet.body)).toBeLessThanOrEqual(8 * 1024);
  });

  it('loads nothing else', () => {
    expect(stylesheet.body).not.toMatch(/url\(|@import|@font-face/);
  });

  it('has colours for dark screens, and rules for reduced motion and forced colours', () => {
    for (const query of ['prefers-color-scheme: dark', 'prefers-reduced-motion: reduce', 'forced-colors: active']) {
      expect(stylesheet.body).toContain(`@media (${query})`);
    }
  });
});

describe('icon', () => {
  it('is an SVG that runs and loads nothing', () => {
    expect(icon.contentType).toBe('image/svg+xml');
    expect(icon.body).not.toMatch(/<script|\son\w+=|href|<foreignObject/i);
  });
});
