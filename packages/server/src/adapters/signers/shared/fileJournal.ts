import { createReadStream } from 'node:fs'
import { access, constants, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { nowMs } from '../../../lib/clock.ts'
import { ProviderError } from '../../../lib/errors.ts'
import {
  checkVersion,
  otherAmount,
  type SignedOrder,
  type SigningEntry,
  type SigningJournal,
  slotTaken,
} from './journal.ts'
import { checkWindows, type SigningPolicy, type Used } from './policy.ts'

const MINUTE_MS = 60_000

/** One line of the file. Amounts as decimal strings. */
type Line = {
  readonly at: number
  readonly order_id: string
  readonly network: string
  readonly wallet: string
  readonly payments: string | null
  readonly anchor: string
  readonly fee: string
  readonly counts: readonly (readonly [count: string, amount: string])[]
  readonly coins: readonly (readonly [slot: string, amount: string])[]
}

export type FileJournal = SigningJournal & { close(): Promise<void> }

/** Name of the file that stops the signer of a journal as long as it exists. Its text is the reason. */
export const stopFileOf = (journal: string): string => `${journal}.stop`

/** Stops whoever signs with that journal. Stopped already: the first reason stays. */
export async function stopByFile(journal: string, reason: string): Promise<void> {
  await writeFile(stopFileOf(journal), `${reason}\n`, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
}

export async function startByFile(journal: string): Promise<void> {
  await rm(stopFileOf(journal), { force: true })
}

/** Why the signer of that journal is stopped, null when it is not. A stop file that cannot be read stops it too. */
export async function stopReasonOfFile(journal: string): Promise<string | null> {
  try {
    return (await readFile(stopFileOf(journal), 'utf8')).trim() || 'the stop file exists'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? null : `the stop file cannot be read (${code})`
  }
}

/**
 * What was signed, in a file of its own: for a signer process, which has no database. One JSON line per signing, on disk
 * before `claim` resolves. All orders stay in memory, some 300 bytes each. One process at a time: whoever finds that
 * another one has written refuses to go on.
 * @throws Error for a file that is damaged anywhere but in its last, unfinished line
 */
export async function openFileJournal(path: string): Promise<FileJournal> {
  const orders = new Map<string, SignedOrder>()
  const anchors = new Map<string, string>()
  const coins = new Map<string, string>()
  const totals = new Map<string, Map<number, bigint>>()
  const remember = (line: Line) => {
    orders.set(line.order_id, { ...line, fee: BigInt(line.fee) })
    anchors.set(anchorKey(line, line.anchor), line.order_id)
    for (const [slot, amount] of line.coins) coins.set(coinKey(line, slot), amount)
    for (const [count, amount] of line.counts) {
      const minutes = totals.get(count) ?? new Map<number, bigint>()
      totals.set(count, minutes)
      const minute = Math.floor(line.at / MINUTE_MS)
      minutes.set(minute, (minutes.get(minute) ?? 0n) + BigInt(amount))
    }
  }
  let size = await load(path, remember)
  const file = await open(path, 'a', 0o600)
  // A new file is on disk only once its folder says so.
  await syncFolder(dirname(path))
  let failed = false
  let last: Promise<unknown> = Promise.resolve()

  return {
    stopped: () => stopReasonOfFile(path),
    async checkRoom(order_id, { count, amount }, policy) {
      if (!orders.has(order_id)) checkWindows(policy, count, used(count, nowMs()), amount)
    },
    // One at a time: two that look at the same remainder would both take it.
    claim(entry, policy) {
      const turn = last.then(() => claim(entry, policy))
      last = turn.catch(() => {})
      return turn
    },
    close: async () => {
      await last
      await file.close()
    },
  }

  async function claim(entry: SigningEntry, policy: SigningPolicy): Promise<void> {
    const before = orders.get(entry.order_id)
    if (before) checkVersion(before, entry)
    else {
      const taken = entry.slots
        .map((slot) => anchors.get(anchorKey(entry, slot)))
        .find((id) => id !== undefined)
      if (taken !== undefined) throw slotTaken(entry, taken)
    }
    const new_coins = entry.coins.filter(({ slot, amount }) => {
      const known = coins.get(coinKey(entry, slot))
      if (known !== undefined && known !== String(amount)) throw otherAmount(entry, slot)
      return known === undefined
    })
    const more = entry.fee.amount - (before?.fee ?? 0n)
    const adding = [
      ...(!before && entry.paid ? [entry.paid] : []),
      ...(more > 0n ? [{ count: entry.fee.count, amount: more }] : []),
    ]
    // The same version again: it is in the file, and there is nothing new to say.
    if (before && adding.length === 0 && new_coins.length === 0) return
    const at = nowMs()
    for (const { count, amount } of adding) checkWindows(policy, count, used(count, at), amount)
    const { order_id, network, wallet } = entry
    const line: Line = {
      ...{ at, order_id, network, wallet, payments: before ? before.payments : entry.payments },
      anchor: before?.anchor ?? (entry.slots[0] as string),
      fee: String(more > 0n ? entry.fee.amount : (before?.fee ?? 0n)),
      counts: adding.map(({ count, amount }) => [count, String(amount)]),
      coins: new_coins.map(({ slot, amount }) => [slot, String(amount)]),
    }
    await append(`${JSON.stringify(line)}\n`)
    remember(line)
  }

  function used(count: string, at: number): Used {
    const now = Math.floor(at / MINUTE_MS)
    let [hour, day] = [0n, 0n]
    for (const [minute, amount] of totals.get(count) ?? []) {
      // A clock that was set back does not open the window again: what lies in the future counts.
      if (minute < now - 24 * 60) totals.get(count)?.delete(minute)
      else day += amount
      if (minute >= now - 60) hour += amount
    }
    return { hour, day }
  }

  async function append(text: string): Promise<void> {
    const broken = (why: string, cause?: unknown) => new ProviderError('signer', 'unavailable', why, cause)
    if (failed) throw broken('The journal of the signer could not be written before. Restart the signer.')
    if ((await file.stat()).size !== size) {
      failed = true
      throw broken('Another process writes the journal of this signer. Stop one of them.')
    }
    try {
      await file.appendFile(text)
      await file.datasync()
      size += Buffer.byteLength(text)
    } catch (error) {
      // How much of the line is on disk is not known; reading it again tells.
      failed = true
      throw broken('The journal of the signer cannot be written.', error)
    }
  }
}

const anchorKey = ({ network, wallet }: { network: string; wallet: string }, slot: string) =>
  `${network} ${wallet} ${slot}`

const coinKey = ({ network }: { network: string }, slot: string) => `${network} ${slot}`

/** Reads the file, piece by piece, and cuts off a last line that was never finished. Gives its size. */
async function load(path: string, remember: (line: Line) => void): Promise<number> {
  if (!(await exists(path))) return 0
  let [size, lines] = [0, 0]
  let rest = Buffer.alloc(0)
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0
    const read = Buffer.concat([rest, piece])
    for (let end = read.indexOf('\n'); end >= 0; end = read.indexOf('\n', from)) {
      remember(parse(read.toString('utf8', from, end), ++lines, path))
      from = end + 1
    }
    size += from
    rest = read.subarray(from)
  }
  // It was never on disk as a whole, so nothing was signed for it.
  if (rest.length > 0) await truncate(path, size)
  return size
}

function parse(text: string, line: number, path: string): Line {
  try {
    return JSON.parse(text) as Line
  } catch (error) {
    throw new Error(`Line ${line} of the signer's journal ${path} cannot be read.`, { cause: error })
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
}
