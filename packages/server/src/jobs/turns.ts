export type Turns = {
  /** Takes a turn as soon as none is under way. Asked for during a turn, one more follows it. */
  ask(): void
  /** Resolves when no turn is under way. */
  settled(): Promise<void>
}

/** Runs `turn` one at a time, however often it is asked for. A turn that fails is reported, and the next one is taken. */
export function createTurns(turn: () => Promise<void>, onError: (error: unknown) => void): Turns {
  let asked = false
  let running: Promise<void> | null = null
  async function run(): Promise<void> {
    while (asked) {
      asked = false
      await turn().catch(onError)
    }
    running = null
  }
  return {
    ask() {
      asked = true
      running ??= run()
    },
    async settled() {
      await running
    },
  }
}
