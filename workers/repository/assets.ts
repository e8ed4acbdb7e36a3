import { SEAL_FILE } from './seal.ts';
import { STYLES } from './styles.ts';
import { STYLESHEET_URL } from './stylesheet.ts';

/** What pages load from this host beside themselves. */
export interface Asset {
  readonly type: string;
  readonly body: string;
  /** Path and query of exactly these octets. */
  readonly address: string;
}

export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/inkan.css', { type: 'text/css; charset=utf-8', body: STYLES, address: STYLESHEET_URL }],
  ['/inkan.svg', { type: 'image/svg+xml', body: SEAL_FILE, address: '/inkan.svg' }],
]);
