import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { World } from '../../test/support/world.ts'
import { requestsFor } from '../create/requests.ts'
import { startGateway } from '../gateway.ts'
import { startLoad } from '../load/startLoad.ts'
import { type CpuProfile, printFlame, toFlame } from './flame.ts'

const CONNECTIONS = 64
const SECONDS = 8

/** Creates sessions on a gateway that profiles itself, and shows where its time went. */
export async function profileCreate(world: World): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-profile-'))
  const load = startLoad()
  try {
    const node_flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=250']
    const gateway = await startGateway(world, { role: 'serve', node_flags })
    const { api_key } = await world.createMerchant()
    const port = Number(new URL(world.api_url).port)
    const { create } = requestsFor(world, api_key)
    await load.run({ port, requests: [create], connections: CONNECTIONS, status: 201, seconds: SECONDS })
    await gateway.stop()
    const [file] = await readdir(folder)
    if (!file) throw new Error('Node wrote no profile')
    return printFlame(toFlame(JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile))
  } finally {
    await load.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
