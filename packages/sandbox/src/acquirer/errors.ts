/** Every refusal of the API, with its HTTP status. */
export const REFUSALS = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_state: 400,
  amount_too_large: 400,
  idempotency_error: 400,
  unauthorized: 401,
  not_found: 404,
  idempotency_in_flight: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
} as const

export type RefusalCode = keyof typeof REFUSALS

/** A request that is answered with an error body and has no effect. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: RefusalCode
  readonly param: string | undefined

  constructor(code: RefusalCode, message: string, param?: string) {
    super(message)
    this.code = code
    this.param = param
  }

  get status(): number {
    return REFUSALS[this.code]
  }

  get body(): unknown {
    const { code, message, param } = this
    return { error: param === undefined ? { code, message } : { code, message, param } }
  }
}
