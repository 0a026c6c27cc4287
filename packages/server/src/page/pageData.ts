import type { DeclineGroup } from './declines.ts'
import type { PageTexts } from './texts/texts.ts'
import type { PageView } from './view.ts'

/** What the server hands to the browser script: one JSON object in `<html data-page>`. */
export type PageData = {
  readonly session_id: string
  readonly state: PageView['state']
  readonly server_time: string
  readonly expires_at: string | null
  readonly redirect_url: string | null
  /** What the bank waits for, in the state `authenticate`. */
  readonly action: PageView['action']
  readonly texts: PageTexts['live'] & {
    readonly bank_checking: string
    readonly time_offer: string
    readonly time_given: string
    readonly declines: Record<DeclineGroup, string>
  }
}
