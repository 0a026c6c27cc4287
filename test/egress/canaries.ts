import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

const PORTS = [80, 443, 22, 5432, 6379, 8080]
/** Nobody else knocks from here. */
const MARKER = '127.77.77.77'
const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok'

/** Listeners on every address there is, at some ports. They answer as a web server does, and tell of each connection. */
export async function startCanaries() {
  let heard: string[] = []
  await Promise.all(
    PORTS.map((port) =>
      listen(port, (socket) => {
        heard.push(bare(socket.localAddress))
        socket.once('data', () => socket.end(OK))
      }),
    ),
  )
  return {
    ports: PORTS,
    /** Addresses at which connections arrived since it was last asked, one entry for each. */
    async heard(): Promise<string[]> {
      // A connection is taken up after those that came before it.
      await Promise.all(
        PORTS.map(async (port) => {
          const socket = connect(port, MARKER)
          await once(socket, 'connect')
          socket.end('x').resume()
          await once(socket, 'close')
        }),
      )
      const all = heard.filter((address) => address !== MARKER)
      heard = []
      return all
    },
  }
}

/** A TCP server on all addresses. */
export async function listen(port: number, take: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    take(socket)
  })
  server.listen(port, '::')
  await once(server, 'listening')
  return server
}

const bare = (address = '') => (address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address)
