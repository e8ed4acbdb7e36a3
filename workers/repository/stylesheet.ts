import { STYLES } from './styles.ts';

/** Changes whenever the style does, so that a browser never puts an old one under a new page. */
export const STYLESHEET_URL: string = `/inkan.css?v=${fingerprint(STYLES)}`;

/** FNV-1a, 32 bits: tells versions apart, nothing more. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
