/**
 * `node scripts/pageScripts.ts`: whether packages/server/payment-page-scripts.json, the inventory of the payment page's
 * scripts, is what the page carries; `--write` writes it. A change of a script is thus seen in the change that makes it.
 */
import { loadAssets } from '../packages/server/src/page/assets.ts'
import { pageInventory } from '../packages/server/src/page/inventory/inventory.ts'
import { settle } from './drift.ts'

const file = new URL('../packages/server/payment-page-scripts.json', import.meta.url)
await settle(
  file,
  `${JSON.stringify({ scripts: pageInventory(loadAssets()) }, null, 2)}\n`,
  'node --conditions=source scripts/pageScripts.ts --write',
)
