import type { ErrorCode } from '../../lib/errors.ts'

/** What the page of an error code says. CommonMark: code in backticks, links to `/docs#…`. */
export type ErrorText = {
  /** What happened. */
  readonly means: string
  /** What the caller does about it. */
  readonly fix: string
  /** Whether sending the same request again can help, and how. */
  readonly retry: { readonly helps: boolean; readonly text: string }
  /** Of the example answer, where the table's own message does not show the usual case. */
  readonly example?: { readonly param?: string; readonly message?: string }
}

const AS_IT_IS = { helps: false, text: 'The same request gets the same answer.' } as const

/** One text for each code of the table in lib/errors.ts. */
export const ERROR_TEXTS: Readonly<Record<ErrorCode, ErrorText>> = {
  invalid_request: {
    means:
      'A field, query parameter or header is missing, unknown, of the wrong type or out of its bounds; or the body is not JSON. `param` names the first one that is wrong, `message` says why. Nothing was stored.',
    fix: 'Correct what `param` names. Unknown fields are refused so that a typing mistake does not pass unnoticed: compare the name with the [reference](/docs).',
    retry: AS_IT_IS,
    example: { param: 'expires_in', message: 'expires_in: must be at least 300 seconds' },
  },
  invalid_amount: {
    means:
      '`amount` is not a decimal number with at most two decimals, or it is outside of the bounds of this server. Amounts are never rounded: `49.999` is refused, not cut.',
    fix: 'Send major units, `49.99` for 49 dollars and 99 cents, as a JSON number or as a decimal string. Format computed amounts to two decimals before you send them.',
    retry: AS_IT_IS,
    example: {
      param: 'amount',
      message:
        'amount must be a plain decimal in major units with at most 2 decimals, such as 49.99, from 0.50 to 999999.99.',
    },
  },
  unsupported_currency: {
    means: 'The session’s `currency` is not one that cards are charged in here.',
    fix: 'Use `USD`, `EUR`, `GBP`, `CAD` or `AUD`, in capitals.',
    retry: AS_IT_IS,
    example: { param: 'currency' },
  },
  unsupported_payout_currency: {
    means: 'The session’s `payout_currency` is not a crypto that Skiro pays out.',
    fix: 'Use `USDT`, `USDC`, `BTC` or `ETH`, in capitals.',
    retry: AS_IT_IS,
    example: { param: 'payout_currency' },
  },
  payout_currency_unavailable: {
    means: 'Skiro knows this crypto, but this server has no network set up to pay it out in this mode.',
    fix: 'Choose another `payout_currency`, or ask who runs the server to add the network.',
    retry: { helps: false, text: 'It helps only after the server’s settings were changed.' },
    example: { param: 'payout_currency' },
  },
  payout_wallet_missing: {
    means:
      'You have set no wallet for this payout currency in this mode, so there is no address to pay to. The session was not created: a customer never pays what cannot be paid out.',
    fix: 'Set the wallet’s network and address, then create the session. `GET /v1/merchant` shows which wallets are set. Test and live mode have wallets of their own.',
    retry: { helps: true, text: 'It helps once the wallet is set.' },
    example: { param: 'payout_currency' },
  },
  invalid_api_key: {
    means:
      'There is no `Authorization: Bearer sk_…` header, or its key is misspelt, unknown, expired or revoked. All of these get the same answer, so that nobody can search for keys.',
    fix: 'Check that the whole key arrives: no quotes, no line break, `Bearer` and one space before it. If it was revoked or has expired, make a new one. A key of another server does not work here.',
    retry: AS_IT_IS,
  },
  forbidden: {
    means:
      'The key is genuine but may not do this: a read-only key was used for something else than reading, or live mode is not set up on this server.',
    fix: 'Use a key with full scope for calls that change something. For live mode, ask who runs the server.',
    retry: AS_IT_IS,
    example: { message: 'This API key may only read. Use a key with full access for this call.' },
  },
  not_found: {
    means:
      'There is no such object for this key, or there is nothing at this path. Objects of the other mode and of other merchants are answered just like objects that never existed.',
    fix: 'Check the id and its prefix, and that the key is of the mode that the object was made in: a test key sees test objects only.',
    retry: AS_IT_IS,
  },
  method_not_allowed: {
    means: 'The path exists, but not with this method.',
    fix: 'The header `Allow` of the answer names the methods of this path. See the [reference](/docs).',
    retry: AS_IT_IS,
  },
  request_timeout: {
    means:
      'The request did not arrive whole in time: its headers or its body stopped half-way. It was not acted on.',
    fix: 'Look at the connection between you and the server, and at code that opens a request and sends the body late.',
    retry: { helps: true, text: 'Send it again on a new connection.' },
  },
  session_not_pending: {
    means:
      'Only a pending session can be expired. This one is completed, failed or expired already, or a payment is being made at this moment.',
    fix: 'Retrieve the session. When it is `completed`, the customer has paid: deliver, or refund. When a payment was in flight, its outcome arrives as an event within a minute.',
    retry: {
      helps: true,
      text: 'Only when a payment was in flight and failed: the session is pending again then.',
    },
  },
  idempotency_in_flight: {
    means: 'Another request with the same `Idempotency-Key` is being worked on at this moment.',
    fix: 'Wait a second and send the same request with the same key: you get the answer of the first.',
    retry: {
      helps: true,
      text: 'Yes, with the same key and body, after a short wait. It never takes effect twice.',
    },
  },
  webhook_endpoint_is_default: {
    means: 'The default endpoint of a mode signs for `webhook_url` of sessions too, so it stays.',
    fix: 'To stop its deliveries, set its `url` to null or its `status` to `disabled` by `PATCH /v1/webhooks/{id}`.',
    retry: AS_IT_IS,
  },
  too_many_webhook_endpoints: {
    means: 'A merchant can have 16 webhook endpoints in each mode, and all of them are taken.',
    fix: 'Delete one that you no longer need, or let one endpoint listen to more event types.',
    retry: { helps: true, text: 'It helps after one was deleted.' },
  },
  webhook_endpoint_disabled: {
    means: 'Nothing is delivered to an endpoint that is disabled, so it cannot be tested or sent to either.',
    fix: 'Enable it by `PATCH /v1/webhooks/{id}` with `{ "status": "enabled" }`.',
    retry: { helps: true, text: 'It helps once the endpoint is enabled.' },
  },
  payload_too_large: {
    means: 'The body is larger than 64 KB. It was not read.',
    fix: 'Send less. `metadata` is for references, not for documents: 50 pairs with values of up to 500 characters fit.',
    retry: AS_IT_IS,
  },
  unsupported_media_type: {
    means: 'The body is not declared as JSON.',
    fix: 'Send the header `Content-Type: application/json`. Forms and multipart bodies are not read.',
    retry: AS_IT_IS,
  },
  idempotency_key_reused: {
    means:
      'This `Idempotency-Key` was used in the last 24 hours for a request that asked for something else. Nothing was done.',
    fix: 'Make a new key for each thing you want done, such as a UUID, and keep it for the retries of that one request. A request built anew from changing data (a time, a random number) is another request.',
    retry: AS_IT_IS,
    example: { param: 'Idempotency-Key' },
  },
  headers_too_large: {
    means: 'The headers of the request are larger than 16 KB together.',
    fix: 'Look for cookies or a token that grew. The API needs no cookies.',
    retry: AS_IT_IS,
  },
  rate_limited: {
    means:
      'Too many requests came with this key, or from this address without a key. The header `RateLimit-Policy` says what is allowed. The request was not acted on.',
    fix: 'Wait for the seconds in `Retry-After`, then go on more slowly. Read lists by 100 instead of one object at a time, and use webhooks instead of asking again and again.',
    retry: { helps: true, text: 'Yes, after `Retry-After` seconds.' },
    example: {
      message: 'Too many requests with this API key. Wait for the time in Retry-After, then try again.',
    },
  },
  internal_error: {
    means: 'Something broke on our side. Whatever the request had begun was rolled back as one.',
    fix: 'Send it again with the same `Idempotency-Key`. When it persists, tell who runs the server the `request_id`: it finds the cause in the log.',
    retry: {
      helps: true,
      text: 'Yes, with growing pauses. With an `Idempotency-Key` a retry cannot take effect twice.',
    },
  },
  unavailable: {
    means:
      'The server cannot serve requests at this moment: it is starting, stopping, or its database does not answer.',
    fix: 'Wait for the seconds in `Retry-After`, or a few seconds, and send the request again.',
    retry: { helps: true, text: 'Yes, after a few seconds, with the same `Idempotency-Key`.' },
  },
}
