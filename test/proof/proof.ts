import { machineLine } from '../../bench/report/machine.ts'
import { chaos } from './chaos.ts'
import { control } from './control.ts'
import { type Failure, countOf, judge } from './judge.ts'
import type { How } from './naive.ts'
import type { ChaosOptions } from './options.ts'
import type { Proof } from './report.ts'
import { setStage } from './stage.ts'

/** Control runs are shorter: what they do wrong shows soon. */
const CONTROL_SHARE = 0.25
const CONTROL_TRIES = 3

/**
 * The gateway under faults, then the controls under the same faults, on one stage.
 * @throws Error when it is broken off, or the gateway has not paid all a minute after the last fault
 */
export async function prove(options: ChaosOptions, controls: readonly How[]): Promise<Proof> {
  const started = performance.now()
  const stage = await setStage(options)
  try {
    const result = await chaos(stage)
    const failures = judge(result.recording)
    const kills = Math.ceil(options.kills * CONTROL_SHARE)
    const naive: Partial<Record<How, readonly Failure[]>> = {}
    for (const how of controls) {
      // Chance may be kind to it once.
      for (let tries = 0; tries < CONTROL_TRIES && countOf(naive[how] ?? [], 'doubled') === 0; tries++) {
        options.say(`control: ${how}`)
        naive[how] = await control(stage, how, kills)
      }
    }
    const machine = await machineLine(stage.postgres.db)
    const seconds = (performance.now() - started) / 1000
    return { options, result, failures, controls: naive, machine, seconds }
  } finally {
    await stage.close()
  }
}
