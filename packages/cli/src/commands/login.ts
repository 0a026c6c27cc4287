import { type Command } from 'commander'
import { type Merchant, Skiro } from 'skiro'
import { profileOf } from '../config/connect.ts'
import { type Login, type Mode, modeOf, readConfig, withLogin, writeConfig } from '../config/config.ts'
import { configFile } from '../config/paths.ts'
import { findSandbox, isLoopback } from '../config/sandbox.ts'
import { usage } from '../exit.ts'
import { type Io, show } from '../io.ts'
import { type CommonOptions, newCommand } from '../options.ts'
import { readSecret } from '../readSecret.ts'

const TEACH = `Example:
  $ skiro login --api-url https://pay.example.com
  API key:                                   (type or paste it; it is not shown)

  $ echo "$KEY" | skiro login --api-key -    (in a script)

A key of test mode and one of live mode are kept side by side; commands take the test key unless they get --live.
Next: skiro checkout create --amount 49.99 --currency USD --payout-currency USDT`

export function loginCommand(io: Io): Command {
  return newCommand('login', 'prove an API key and keep it', TEACH)
    .option('--api-key <key>', 'the key, or - to read it from standard input (SKIRO_API_KEY)')
    .option('--api-url <url>', 'address of the gateway (SKIRO_API_URL)')
    .option('--profile <name>', 'under this name (SKIRO_PROFILE; default: default)')
    .action(async (options: CommonOptions) => login(io, options))
}

async function login(io: Io, options: CommonOptions): Promise<void> {
  const profile = profileOf(io, options)
  const api_key = await readSecret(io, options.apiKey ?? io.env['SKIRO_API_KEY'], {
    what: 'API key',
    flag: '--api-key',
  })
  const mode = modeOf(api_key)
  if (!mode) throw usage('That is no API key: keys begin with sk_test_ or sk_live_.')
  const skiro = new Skiro(api_key, { baseUrl: addressFor(io, options, profile, mode) })
  if (mode === 'live' && skiro.baseUrl.startsWith('http:') && !isLoopback(skiro.baseUrl))
    throw usage('A live key is not sent over plain http.', 'Use the https address of the gateway.')
  const merchant = await skiro.merchant.retrieve({ signal: io.stopped })
  keep(io, profile, mode, {
    api_url: skiro.baseUrl,
    api_key,
    merchant_id: merchant.id,
    merchant_name: merchant.name,
  })
  report(io, options, { profile, mode, api_url: skiro.baseUrl }, merchant)
}

function addressFor(io: Io, options: CommonOptions, profile: string, mode: Mode): string {
  const saved = readConfig(io.env).profiles[profile]?.[mode]?.api_url
  const url = options.apiUrl ?? io.env['SKIRO_API_URL'] ?? saved ?? findSandbox(io.cwd)?.api_url
  if (url) return url
  throw usage('Where is your gateway?', 'Give its address: skiro login --api-url https://pay.example.com')
}

function keep(io: Io, profile: string, mode: Mode, login: Login): void {
  writeConfig(io.env, withLogin(readConfig(io.env), profile, mode, login))
}

function report(
  io: Io,
  options: CommonOptions,
  where: { profile: string; mode: Mode; api_url: string },
  { id, name }: Merchant,
): void {
  const config_file = configFile(io.env)
  show({ ...io, json: options.json ?? false }, { ...where, merchant: { id, name }, config_file }, () => [
    `Logged in as ${io.color('bold', name)} (${id}), ${where.mode} mode, at ${where.api_url}.`,
    `The key is in ${config_file}, which only you can read.`,
  ])
}
