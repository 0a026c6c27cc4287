/** Where progress is written to. */
export interface ProgressOutput {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

/** Shows what is under way and how long it took. */
export interface Progress {
  /** Runs `work` as a step called `name`; its line appears when it is done. Steps may overlap. */
  step: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** Writes a line of its own. */
  say: (line: string) => void
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/**
 * Writes one line per finished step. While steps run, a terminal shows a live line with their names and
 * seconds; other outputs get a line every 5 seconds.
 */
export function createProgress(output: ProgressOutput): Progress {
  const running = new Map<string, number>()
  const terminal = output.isTTY === true
  let timer: NodeJS.Timeout | undefined
  let frame = 0

  const clear = () => void (terminal && output.write('\r\x1b[2K'))
  const draw = () => {
    const names = [...running].map(
      ([name, since]) => `${name} ${Math.floor((performance.now() - since) / 1000)} s`,
    )
    if (names.length === 0) return
    if (!terminal) {
      output.write(`    ... ${names.join(', ')}\n`)
      return
    }
    frame = (frame + 1) % FRAMES.length
    const line = `  ${FRAMES[frame]} ${names.join(', ')}`
    output.write(`\r\x1b[2K${line.slice(0, (output.columns ?? 80) - 1)}`)
  }
  const say = (line: string) => {
    clear()
    output.write(`${line}\n`)
    if (terminal) draw()
  }
  const tick = () => {
    if (running.size > 0) {
      timer ??= setInterval(draw, terminal ? 100 : 5_000)
      return
    }
    clearInterval(timer)
    timer = undefined
  }

  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const since = performance.now()
    const finish = (mark: string) => {
      running.delete(name)
      tick()
      say(`  ${mark} ${name.padEnd(22)} ${((performance.now() - since) / 1000).toFixed(1).padStart(4)} s`)
    }
    running.set(name, since)
    tick()
    try {
      const result = await work()
      finish('✓')
      return result
    } catch (error) {
      finish('✗')
      throw error
    }
  }
  return { step, say }
}
