import { SEAL_FILE } from './seal.ts';
import { STYLES } from './styles.ts';

/** What pages load from this host beside themselves. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/inkan.css', { type: 'text/css; charset=utf-8', body: STYLES }],
  ['/inkan.svg', { type: 'image/svg+xml', body: SEAL_FILE }],
]);
