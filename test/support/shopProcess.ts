/** The demo shop as a process of its own, which can be killed. Its options come as JSON in SHOP_OPTIONS. */
import { type ShopOptions, startShop } from '../../packages/sandbox/src/shop/server.ts'

const { url } = await startShop(JSON.parse(process.env.SHOP_OPTIONS ?? '') as ShopOptions)
console.log(url)
