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
  readonly texts: PageTexts['live'] & { readonly declines: Record<DeclineGroup, string> }
}
