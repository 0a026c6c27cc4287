import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { freePort } from '../../../packages/sandbox/src/ports.ts'
import { newProject, ROOT } from '../../sdk/project.ts'
import { eventually } from '../../support/pay.ts'
import { fileOf } from './page.ts'
import type { Program } from './programs.ts'

/** A receiver that runs in a folder of its own, and what it has done. */
export type Shop = {
  readonly url: string
  readonly secret: string
  /** Its tables, for a test to look at, or to break. */
  readonly db: DatabaseSync
  /** What was noted to be sent for the order. */
  shipments(order_id: string): { amount: number; currency: string }[]
  state(object_id: string): { event: string; sequence: number } | undefined
  /** How often the event stands among those that were handled. */
  handled(event_id: string): number
  /** Stops it and starts it again, perhaps with another secret. Resolves whether it listens. */
  restart(secret?: string): Promise<boolean>
  stop(): Promise<void>
}

export type Settings = {
  readonly port?: number
  readonly secret: string
  /** Changes a file of the page, to make a receiver that is wrong. */
  readonly change?: (file: string, code: string) => string
}

/** Copies the program's files from the page, with its tables, and starts it. @throws Error when it does not listen */
export async function openShop(program: Program, settings: Settings): Promise<Shop> {
  const { change = (_file: string, code: string) => code, secret } = settings
  const port = settings.port ?? (await freePort('127.0.0.1'))
  const project = await newProject()
  const files = program.files.map((file) => [file, change(file, fileOf(file))])
  await project.write({ 'package.json': { type: 'module' }, ...Object.fromEntries(files) })
  await symlink(join(ROOT, 'node_modules'), join(project.dir, 'node_modules'), 'dir')
  await mkdir(join(project.dir, 'public'), { recursive: true })
  await program.prepare?.(project.dir)
  const db = new DatabaseSync(join(project.dir, 'shop.db'), { timeout: 5000 })
  db.exec(fileOf('shop.sql'))

  let printed = ''
  const launch = async (own_secret: string) => {
    const [path = '', ...args] = program.command(port)
    const child = spawn(path, args, {
      cwd: project.dir,
      env: { PATH: process.env.PATH, PORT: String(port), SKIRO_WEBHOOK_SECRET: own_secret, ...program.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk))
    const ended = once(child, 'close')
    const gone = () => child.exitCode !== null || child.signalCode !== null
    await eventually(`${program.name} listening or ended`, 30, async () => gone() || (await listens(port)))
    const end = async () => {
      child.kill()
      await ended
    }
    return { started: !gone(), end }
  }
  let running = await launch(secret)

  const shop: Shop = {
    url: `http://127.0.0.1:${port}/webhooks/skiro`,
    secret,
    db,
    shipments: (order_id) =>
      db
        .prepare('select amount, currency from shipments where order_id = ?')
        .all(order_id)
        .map(({ amount, currency }) => ({ amount: Number(amount), currency: String(currency) })),
    handled: (event_id) =>
      Number(db.prepare('select count(*) count from events where id = ?').get(event_id)?.['count']),
    state: (object_id) => {
      const row = db.prepare('select event, sequence from states where id = ?').get(object_id)
      return row && { event: String(row['event']), sequence: Number(row['sequence']) }
    },
    async restart(own_secret = secret) {
      await running.end()
      running = await launch(own_secret)
      return running.started
    },
    async stop() {
      await running.end()
      db.close()
      await project.remove()
    },
  }
  if (running.started) return shop
  await shop.stop()
  throw new Error(`${program.name} does not listen: ${printed}`)
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
