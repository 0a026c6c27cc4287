import { Checkout } from './checkout.ts'
import { AuthenticationError } from './errors.ts'
import { Events } from './events.ts'
import { MerchantResource } from './merchant.ts'
import { Payouts } from './payouts.ts'
import { checkMaxRetries, checkRetryDelay, checkTimeout, invalidOption } from './requestOptions.ts'
import { createSend } from './sendRequest.ts'
import { TestHelpers } from './testHelpers.ts'
import { Transactions } from './transactions.ts'
import { Webhooks } from './webhookEndpoints.ts'

/** Settings of a client. */
export type SkiroOptions = {
  /** Address of the gateway, without `/v1`. Default `https://api.skiro.io`. */
  baseUrl?: string | undefined
  /** Milliseconds for each try. Default 30000. */
  timeoutMs?: number | undefined
  /** Further tries after the first. Default 2. */
  maxRetries?: number | undefined
  /** The first pause before another try is at most this long, in milliseconds; each further one twice that. Default 500. */
  retryDelayMs?: number | undefined
  /** Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined
}

/**
 * A client of the Skiro API. Needs a secret key (`sk_test_…` or `sk_live_…`), so use it on servers only.
 * Throws `AuthenticationError` or `InvalidRequestError` at once when key or options cannot work.
 */
export class Skiro {
  readonly checkout: Checkout
  readonly transactions: Transactions
  readonly payouts: Payouts
  readonly webhooks: Webhooks
  readonly events: Events
  readonly merchant: MerchantResource
  readonly testHelpers: TestHelpers
  readonly baseUrl: string

  constructor(key: string | undefined, options: SkiroOptions = {}) {
    this.baseUrl = checkBaseUrl(options.baseUrl ?? 'https://api.skiro.io')
    const send = createSend({
      key: checkKey(key),
      baseUrl: this.baseUrl,
      timeoutMs: checkTimeout(options.timeoutMs ?? 30_000),
      maxRetries: checkMaxRetries(options.maxRetries ?? 2),
      retryDelayMs: checkRetryDelay(options.retryDelayMs ?? 500),
      fetch: options.fetch,
    })
    this.checkout = new Checkout(send)
    this.transactions = new Transactions(send)
    this.payouts = new Payouts(send)
    this.webhooks = new Webhooks(send)
    this.events = new Events(send)
    this.merchant = new MerchantResource(send)
    this.testHelpers = new TestHelpers(send)
  }

  /** What `console.log` prints. The key is held in a closure and stays there. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Skiro { baseUrl: '${this.baseUrl}', key: [hidden] }`
  }
}

// An invalid header value would be quoted, key and all, in the error that fetch throws. So check here.
function checkKey(key: string | undefined): string {
  if (typeof key !== 'string' || key === '') {
    throw invalidKey('No API key given. Pass your secret key: new Skiro(process.env.SKIRO_API_KEY).')
  }
  if (key.startsWith('whsec_')) {
    throw invalidKey('This is a webhook secret. The API needs a key: sk_test_… or sk_live_….')
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw invalidKey(
      'The API key holds a space, a line break or another odd character. Check how it was copied.',
    )
  }
  return key
}

function invalidKey(message: string): AuthenticationError {
  return new AuthenticationError(message, { code: 'invalid_api_key' })
}

function checkBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw invalidOption('baseUrl', 'must be an http or https address.')
  }
  if (url.username || url.password || url.search || url.hash) {
    throw invalidOption('baseUrl', 'must hold no user, password, query or fragment.')
  }
  const path = url.pathname.replace(/\/+$/, '')
  if (path.endsWith('/v1')) throw invalidOption('baseUrl', 'must not end with /v1: each call adds it.')
  return url.origin + path
}
