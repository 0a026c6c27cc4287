import type { SkiroEvent } from 'skiro'

/** What somebody who looks after the shop should hear of. An endpoint of its own listens to these, see `endpoints.ts`. */
export const ALERT_TYPES = ['webhook.disabled', 'merchant.updated'] as const

/** An event that is about no order but about the shop's account. */
export type Alert = Extract<SkiroEvent, { type: (typeof ALERT_TYPES)[number] }>

export function isAlert(event: SkiroEvent): event is Alert {
  return ALERT_TYPES.some((type) => type === event.type)
}

/** Why an endpoint is disabled. */
export const DISABLED_BECAUSE = {
  gone: 'it answered 410',
  failing: 'every try of 72 hours failed',
  by_merchant: 'somebody switched it off',
} as const

/** What happened, in a sentence. */
export function alertText(alert: Alert): string {
  if (alert.type === 'merchant.updated') {
    const changes = alert.data.changes.map(
      ({ field, from, to }) => `${field} was ${from ?? 'not set'} and is now ${to ?? 'not set'}`,
    )
    return `The account was changed: ${changes.join('; ')}.`
  }
  const { url, disabled_reason } = alert.data
  return `The endpoint ${url ?? ''} was disabled: ${DISABLED_BECAUSE[disabled_reason ?? 'by_merchant']}.`
}
