import { type Html, html } from './html.ts'

/** A button of `/webhooks`: a form of its own, as it works without a script. `webhooksPageRoutes.ts` has the actions. */
export function actionButton(action: string, text: string, look: '' | 'quiet' = ''): Html {
  return html`<form method="post" action="/webhooks/${action}"><button class="${look}" id="do_${action}">${text}</button></form>`
}
