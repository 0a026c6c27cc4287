// Generated from packages/server/openapi.json by `npm run generate`. Change the document, not this file.
import type { CheckoutCompletedEvent } from './checkoutCompletedEvent.ts'
import type { CheckoutExpiredEvent } from './checkoutExpiredEvent.ts'
import type { CheckoutFailedEvent } from './checkoutFailedEvent.ts'
import type { MerchantUpdatedEvent } from './merchantUpdatedEvent.ts'
import type { PayoutCompletedEvent } from './payoutCompletedEvent.ts'
import type { PayoutFailedEvent } from './payoutFailedEvent.ts'
import type { PayoutHeldEvent } from './payoutHeldEvent.ts'
import type { PayoutSentEvent } from './payoutSentEvent.ts'
import type { WebhookDisabledEvent } from './webhookDisabledEvent.ts'
import type { WebhookTestEvent } from './webhookTestEvent.ts'

/** Something that happened. `type` says what, and what `data` is. */
export type SkiroEvent =
  | CheckoutCompletedEvent
  | CheckoutFailedEvent
  | CheckoutExpiredEvent
  | PayoutSentEvent
  | PayoutCompletedEvent
  | PayoutFailedEvent
  | PayoutHeldEvent
  | WebhookDisabledEvent
  | MerchantUpdatedEvent
  | WebhookTestEvent
