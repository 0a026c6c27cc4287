import type { OpenApi } from '../packages/server/src/docs/openapi/types.ts'
import { type Facts, RULES, refersToWhatIsThere } from './openapi/rules.ts'

/** What an API description lacks. With references that lead nowhere the other rules cannot be asked. */
export function openapiComplaints(document: OpenApi, facts: Facts): string[] {
  const broken = refersToWhatIsThere(document, facts).filter((complaint) =>
    complaint.endsWith('is not there'),
  )
  return broken.length > 0 ? broken : RULES.flatMap((rule) => rule(document, facts))
}
