/**
 * Runs in the network that prepare.sh makes: posts through the real guard, with the system's own resolver settings, and
 * prints what the canaries heard as one JSON document. namespace.test.ts judges it.
 */
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { performance } from 'node:perf_hooks'
import { createEgress, type Egress, EgressError } from '../../packages/server/src/webhooks/egress.ts'
import { startNameServer } from '../support/nameServer.ts'
import { INSIDE, LOOPBACK_IPV4, NO_TARGETS, tricks } from '../support/urlForms.ts'
import { listen, startCanaries } from './canaries.ts'
import { judgesTheFirst, looksAtText, looksUpOnce } from './naive.ts'

const PUBLIC = '93.184.216.34'
const PUBLIC_IPV6 = '2606:4700:4700::1111'
const OWN = '45.33.32.156'
/** Takes no connection, so that whoever has a second address goes on to that one. */
const FILTERED = '9.9.9.9'
const BAD = [
  ['127.0.0.1', '127.9.9.9', '::1', '10.0.0.1', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1'],
  [
    'fd00::1',
    'fd00:ec2::254',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '::ffff:10.0.0.1',
    '2002:7f00:1::',
    OWN,
  ],
  ['::7f00:1', '198.18.0.1', '192.0.2.1', '2001:db8::1', '240.0.0.1', '0.0.0.0', '::', 'fe80::1'],
].flat()

await startNameServer((name, nth) => {
  const [kind = '', index = ''] = (name.split('.')[0] ?? '').split('-')
  const bad = BAD[Number(index)] ?? ''
  if (kind === 'good') return [PUBLIC]
  if (kind === 'bad') return [bad]
  if (kind === 'mixed') return [FILTERED, bad]
  if (kind === 'flip') return nth % 2 === 0 ? [PUBLIC] : [bad]
  if (kind === 'turncoat') return nth % 2 === 0 ? ['10.0.0.1'] : [PUBLIC]
  return kind === 'silent' ? undefined : null
}, 53)
const canaries = await startCanaries()

const post = (egress: Egress, url: string, livemode = false): Promise<string> =>
  egress.post(url, '{}', {}, { timeout_ms: 15_000, livemode }).then(
    ({ status }) => `${status}`,
    (error: unknown) => (error instanceof EgressError ? `${error.reason}: ${error.message}` : String(error)),
  )
/** Posts some at a time, so that no buffer of waiting connections overflows. */
async function each<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const queue = [...items]
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item)
    }),
  )
}
const count = (list: readonly string[]) =>
  Object.fromEntries([...new Set(list)].toSorted().map((one) => [one, list.filter((x) => x === one).length]))

const at_once = () => createEgress([], { pause: () => Promise.resolve() })
const forms = [
  ...[...LOOPBACK_IPV4, ...INSIDE].flatMap((host) => canaries.ports.map((port) => `http://${host}:${port}/`)),
  ...[...LOOPBACK_IPV4, ...INSIDE].map((host) => `https://${host}/`),
  ...canaries.ports.flatMap(tricks),
  ...NO_TARGETS,
]
const bad_names = BAD.flatMap((_, n) => [`http://bad-${n}.test/`, `http://mixed-${n}.test:8080/`])
const flips = BAD.flatMap((_, n) => Array.from({ length: 10 }, () => `http://flip-${n}.test:8080/`))

async function throughGuard(urls: readonly string[], egress = at_once()) {
  const outcomes: string[] = []
  await each(urls, async (url) => outcomes.push((await post(egress, url)).split(':')[0] ?? ''))
  await egress.close()
  return { outcomes: count(outcomes), heard: count(await canaries.heard()) }
}
async function throughNaive(urls: readonly string[], guard: (url: string) => Promise<void>) {
  await each(urls, (url) => guard(url).catch(() => {}))
  return count(await canaries.heard())
}

/** Hosts that cannot be reached, each for another reason. */
const HIDDEN = {
  closed: `http://${PUBLIC}:81/`,
  filtered: `http://${FILTERED}/`,
  unknown: 'http://nobody.test/',
  'no answer from its name server': 'http://silent.test/',
  'forbidden address': 'http://10.0.0.1/',
  'forbidden name': 'http://bad-6.test/',
  'one forbidden among several': 'http://mixed-3.test/',
  'this machine’s own': `http://${OWN}:8080/`,
  'no web server': `http://${PUBLIC}:2222/`,
  'hangs up': `http://${PUBLIC}:2223/`,
  'no TLS': `https://${PUBLIC}:8080/`,
  'TLS on a closed port': `https://${PUBLIC}:81/`,
}

/** Each fails; none may be told of it before its pause is over. */
async function hidden() {
  const order: string[] = []
  const pauses: number[] = []
  const gate = Promise.withResolvers<void>()
  const all_settled = Promise.withResolvers<void>()
  const kinds = Object.entries(HIDDEN)
  function note(what: string): void {
    // Paused, or told without: that is for the test to see.
    if (order.push(what) === kinds.length) all_settled.resolve()
  }
  const egress = createEgress([], {
    connect_ms: 500,
    async pause(ms) {
      pauses.push(ms)
      note('pause')
      await gate.promise
    },
  })
  const posts = kinds.map(async ([kind, url]) => {
    const said = await post(egress, url)
    note('told')
    return [kind, said]
  })
  await all_settled.promise
  // Whoever would not wait for the pause has had many turns by now.
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  order.push('open')
  gate.resolve()
  const said = Object.fromEntries(await Promise.all(posts)) as Record<string, string>
  await egress.close()
  return { said, pauses, order, heard: count(await canaries.heard()) }
}

/** The same with the real clock. */
async function hiddenForReal() {
  const egress = createEgress([])
  const started = performance.now()
  const waits = await Promise.all(
    Object.values(HIDDEN).map(async (url) => {
      await post(egress, url)
      return performance.now() - started
    }),
  )
  await Promise.all([egress.close(), canaries.heard()])
  return waits
}

/** What an operator's own network is told, and that a name which leads there now and then is told nothing. */
async function trusted() {
  let pauses = 0
  const egress = createEgress(['10.0.0.0/8'], { pause: () => Promise.resolve(void (pauses += 1)) })
  const refused = await post(egress, 'http://10.0.0.1:81/')
  const turncoat = []
  for (let n = 0; n < 4; n += 1) turncoat.push(await post(egress, 'http://turncoat.test:81/'))
  await egress.close()
  return { refused, turncoat, pauses }
}

async function redirect() {
  const server = await listen(8081, (socket) => {
    socket.once('data', () => {
      socket.end(
        'HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/meta-data\r\ncontent-length: 0\r\n\r\n',
      )
    })
  })
  const found = await throughGuard([`http://${PUBLIC}:8081/`])
  await fetch(`http://${PUBLIC}:8081/`, { method: 'POST', body: '{}' })
  server.close()
  return { ...found, control: count(await canaries.heard()) }
}

/** Servers with certificates of the folder that is named, one kind each. */
async function certificates(folder: string) {
  let pauses = 0
  const egress = createEgress([], { pause: () => Promise.resolve(void (pauses += 1)) })
  const kinds = ['good', 'expired', 'other', 'selfsigned', 'stranger']
  const said: Record<string, string> = {}
  for (const [n, kind] of kinds.entries()) {
    const pem = (what: string) => readFileSync(`${folder}/${kind}.${what}.pem`)
    const server = createTlsServer({ key: pem('key'), cert: pem('crt') }, (_request, response) =>
      response.end('ok'),
    )
    await new Promise<void>((resolve) => server.listen(4431 + n, '::', resolve))
    said[kind] = await post(egress, `https://good.test:${4431 + n}/`, true)
    server.closeAllConnections()
    server.close()
  }
  await egress.close()
  return { said, pauses }
}

/** Many names whose server never answers, then one that has an answer: is it there before one of them gave up? */
async function silentNames() {
  const egress = createEgress([], { connect_ms: 500, pause: () => Promise.resolve() })
  const order: string[] = []
  const silent = Array.from({ length: 16 }, (_, n) => `silent-${n}.test`)
  const waiting = silent.map((name) => post(egress, `http://${name}/`).then(() => order.push('silent')))
  const good = post(egress, 'http://good.test/').then((said) => order.push(said))
  await Promise.all([...waiting, good])
  await egress.close()
  const control: string[] = []
  const stuck = silent.slice(0, 4).map((name) => lookup(name).catch(() => control.push('silent')))
  await Promise.all([...stuck, lookup('good.test').then(() => control.push('good'))])
  await canaries.heard()
  return { first: order[0], control_first: control[0] }
}

const [certificate_folder = ''] = process.argv.slice(2)
await listen(2222, (socket) => void socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
await listen(2223, (socket) => void socket.destroy())
const report = {
  bad: BAD,
  forms: {
    posted: forms.length,
    ...(await throughGuard(forms)),
    control: await throughNaive(forms, looksAtText),
  },
  public: await throughGuard([`http://${PUBLIC}/`, `http://[${PUBLIC_IPV6}]:8080/`, 'http://good.test/']),
  own: await throughGuard(canaries.ports.map((port) => `http://${OWN}:${port}/`)),
  own_allowed: await throughGuard([`http://${OWN}/`], createEgress([`${OWN}/32`])),
  names: { ...(await throughGuard(bad_names)), control: await throughNaive(bad_names, judgesTheFirst) },
  rebinding: { ...(await throughGuard(flips)), control: await throughNaive(flips, looksUpOnce) },
  redirect: await redirect(),
  hidden: await hidden(),
  hidden_for_real: await hiddenForReal(),
  trusted: await trusted(),
  silent: await silentNames(),
  certificates: certificate_folder === '' ? null : await certificates(certificate_folder),
}
// What the naive guards left open is waited for by nobody.
process.stdout.write(`${JSON.stringify(report, null, 1)}\n`, () => process.exit())
