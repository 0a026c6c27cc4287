// Whether the process of this container should be sent work: `serve` answers at SKIRO_PORT, `work` at SKIRO_WORK_PORT.
// Ends with 0 when the first of them that answers is ready, else with 1.
const { SKIRO_PORT = '4242', SKIRO_WORK_PORT = '0' } = process.env

/** @param {string} port @returns {Promise<boolean | null>} null: nothing answers there */
async function isReady(port) {
  if (port === '0') return null
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) })
    return answer.ok
  } catch {
    return null
  }
}

const ready = (await isReady(SKIRO_PORT)) ?? (await isReady(SKIRO_WORK_PORT))
process.exitCode = ready === true ? 0 : 1
