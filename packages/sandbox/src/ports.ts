import { createServer } from 'node:net'

/** Asks the system for a port that is free on `host` now. */
export async function freePort(host: string): Promise<number> {
  return (await tryPort(host, 0))!
}

/**
 * Chooses a port for every name: the one remembered, else the preferred one, else a free one. No port is given
 * twice.
 */
export async function choosePorts<Name extends string>(
  host: string,
  preferred: Record<Name, number>,
  remembered: Partial<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const chosen = {} as Record<Name, number>
  const taken = new Set<number>()
  for (const name of Object.keys(preferred) as Name[]) {
    let port: number | null = null
    for (const wanted of [remembered[name], preferred[name]]) {
      if (port === null && wanted !== undefined && !taken.has(wanted)) port = await tryPort(host, wanted)
    }
    while (port === null || taken.has(port)) port = await freePort(host)
    taken.add(port)
    chosen[name] = port
  }
  return chosen
}

async function tryPort(host: string, port: number): Promise<number | null> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null)
      else reject(error)
    })
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address() as { port: number }
      server.close(() => resolve(address.port))
    })
  })
}
