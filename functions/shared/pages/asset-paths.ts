/** Where pages find the stylesheet and the icon. Bundling puts the paths in place of this module: no page carries the text of either. */
import { icon } from './icon.ts';
import { stylesheet } from './stylesheet.ts';

export const stylesheetPath = stylesheet.path;
export const iconPath = icon.path;
export const iconContentType = icon.contentType;
