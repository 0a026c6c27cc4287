import { machineLine } from '../../bench/report/machine.ts'
import { chaos } from './chaos.ts'
import { control } from './control.ts'
import { judge } from './judge.ts'
import type { ChaosOptions } from './options.ts'
import type { Proof } from './report.ts'
import { setStage } from './stage.ts'

/** Control runs are shorter: what they do wrong shows soon. */
const CONTROL_SHARE = 0.25

/**
 * The gateway under faults, then the controls under the same faults, on one stage.
 * @throws Error when it is broken off, or the gateway has not paid all a minute after the last fault
 */
export async function prove(
  options: ChaosOptions,
  controls: readonly ('send' | 'resend')[] = ['send', 'resend'],
): Promise<Proof> {
  const started = performance.now()
  const stage = await setStage(options)
  try {
    const result = await chaos(stage)
    const failures = judge(result.recording)
    const kills = Math.ceil(options.kills * CONTROL_SHARE)
    const run = async (how: 'send' | 'resend') => {
      if (!controls.includes(how)) return []
      options.say(`control: ${how}`)
      return await control(stage, how, kills)
    }
    const naive = { send: await run('send'), resend: await run('resend') }
    const machine = await machineLine(stage.postgres.db)
    const seconds = (performance.now() - started) / 1000
    return { options, result, failures, controls: naive, machine, seconds }
  } finally {
    await stage.close()
  }
}
