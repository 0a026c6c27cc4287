// Prints the settings of an example for the sandbox that `npm start` runs: node ../sandboxEnv.mjs > .env
import { readFileSync } from 'node:fs'

const file = new URL('../.skiro/sandbox.json', import.meta.url)
try {
  const { api_url, test_api_key, webhook_secret } = JSON.parse(readFileSync(file, 'utf8'))
  console.log(`SKIRO_API_URL=${api_url}
SKIRO_API_KEY=${test_api_key}
SKIRO_WEBHOOK_SECRET=${webhook_secret}
SHOP_URL=http://127.0.0.1:3000
PORT=3000`)
} catch (error) {
  if (error.code !== 'ENOENT') throw error
  console.error('No sandbox is running. Start one in the folder of the repository: npm start')
  process.exitCode = 1
}
