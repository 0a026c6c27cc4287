/**
 * Every error a caller can meet: HTTP status and what to do about it. Docs and SDK types are made from this table.
 * Messages are safe to show: they never carry inner detail. Outcomes (a declined card) are data, not errors.
 */
export const ERRORS = {
  invalid_request: {
    status: 400,
    message: 'The request is not valid. Check the parameter named in `param`.',
  },
  invalid_amount: {
    status: 400,
    message: 'amount must be a decimal number in major units with at most two decimals, such as 49.99.',
  },
  unsupported_currency: { status: 400, message: 'currency must be one of USD, EUR, GBP, CAD, AUD.' },
  unsupported_payout_currency: {
    status: 400,
    message: 'payout_currency must be one of USDT, USDC, BTC, ETH.',
  },
  payout_currency_unavailable: {
    status: 400,
    message: 'This server cannot pay out in that currency yet. Choose another payout_currency.',
  },
  payout_wallet_missing: {
    status: 400,
    message:
      'No wallet is set for this payout currency. Set its network and address, then create the session again.',
  },
  invalid_api_key: { status: 401, message: 'The provided API key was not found or has been revoked.' },
  forbidden: { status: 403, message: 'This API key may not do that.' },
  not_found: { status: 404, message: 'No such object exists for this API key and mode.' },
  method_not_allowed: { status: 405, message: 'This path does not take that method. See the API reference.' },
  request_timeout: {
    status: 408,
    message: 'The request did not arrive whole in time. Send it again on a new connection.',
  },
  session_not_pending: {
    status: 409,
    message: 'The session is no longer pending, or a payment is in flight. Retrieve it to see its state.',
  },
  idempotency_in_flight: {
    status: 409,
    message: 'A request with this Idempotency-Key is still running. Try again in a moment.',
  },
  webhook_endpoint_is_default: {
    status: 409,
    message: 'The default webhook endpoint cannot be deleted. Set its url to null or disable it instead.',
  },
  too_many_webhook_endpoints: {
    status: 409,
    message: 'There are 16 webhook endpoints already. Delete one that you no longer need.',
  },
  webhook_endpoint_disabled: {
    status: 409,
    message: 'This webhook endpoint is disabled. Enable it by PATCH with status `enabled`, then try again.',
  },
  payload_too_large: { status: 413, message: 'The body is larger than 64 KB.' },
  unsupported_media_type: { status: 415, message: 'Send the body as application/json.' },
  idempotency_key_reused: {
    status: 422,
    message: 'This Idempotency-Key was used with a different body. Use a new key for a new request.',
  },
  headers_too_large: {
    status: 431,
    message: 'The headers are larger than 16 KB. Send fewer or shorter ones.',
  },
  rate_limited: {
    status: 429,
    message: 'Too many requests. Wait for the time in Retry-After, then try again.',
  },
  internal_error: {
    status: 500,
    message:
      'Something went wrong on our side. Nothing was half done; try again, and quote request_id if it persists.',
  },
  unavailable: { status: 503, message: 'The service cannot do this right now. Try again in a few seconds.' },
} as const satisfies Record<string, { status: number; message: string }>

export type ErrorCode = keyof typeof ERRORS

/** An error the caller can act on. `http/errors.ts` is the only place that turns it into an HTTP answer. */
export class SkiroError extends Error {
  override name = 'SkiroError'
  readonly code: ErrorCode
  readonly param: string | undefined

  constructor(code: ErrorCode, options: { message?: string; param?: string; cause?: unknown } = {}) {
    super(
      options.message ?? ERRORS[code].message,
      options.cause === undefined ? undefined : { cause: options.cause },
    )
    this.code = code
    this.param = options.param
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}

/**
 * Someone else moved the row on while we worked on it (our lease ran out). Nothing was written; there is nothing to do.
 */
export class LostRace extends Error {
  override name = 'LostRace'
}

/**
 * A call to the outside (acquirer, venue, chain) that gave no usable answer.
 * `refused`: the provider said no and did nothing. `unknown`: it may or may not have acted (timeout, 5xx, cut
 * connection), so it must be asked about before anything is sent again. `unavailable`: it was certainly not reached.
 */
export class ProviderError extends Error {
  override name = 'ProviderError'
  readonly kind: 'refused' | 'unavailable' | 'unknown'
  readonly provider: string

  constructor(
    provider: string,
    kind: 'refused' | 'unavailable' | 'unknown',
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.provider = provider
    this.kind = kind
  }
}
