import { judgeDeliveries } from './deliveries.ts'
import { judgeEnding } from './ending.ts'
import { judgeOutage } from './outage.ts'
import type { Failure, Recording } from './recording.ts'
import { judgeSchedule } from './schedule.ts'
import { judgeSequence } from './sequence.ts'
import { judgeSignatures } from './signatures.ts'

/** Everything that is wrong with a soak. It asks nobody: what it knows stands in the recording. */
export function judge(recording: Recording): Failure[] {
  return [judgeDeliveries, judgeSequence, judgeSignatures, judgeSchedule, judgeOutage, judgeEnding].flatMap(
    (part) => part(recording),
  )
}
