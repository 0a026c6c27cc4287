import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { UNREACHABLE } from '../../packages/server/src/webhooks/egress/failure.ts'
import { makeCertificates } from './certificates.ts'

type Count = Record<string, number>
type Through = { outcomes: Count; heard: Count }
type Report = {
  bad: string[]
  forms: Through & { posted: number; control: Count }
  public: Through
  own: Through
  own_allowed: Through
  names: Through & { control: Count }
  rebinding: Through & { control: Count }
  redirect: Through & { control: Count }
  hidden: { said: Record<string, string>; pauses: number[]; order: string[] }
  hidden_for_real: number[]
  trusted: { refused: string; turncoat: string[]; pauses: number }
  silent: { first: string; control_first: string }
  certificates: { said: Record<string, string>; pauses: number } | null
}

const PUBLIC = '93.184.216.34'
/** One of each network that the guard is there for. */
const NETWORKS = ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', 'fd00::1', '64:ff9b::7f00:1']

const answers = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Why there can be no network of our own here; null when there can. */
function missing(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  if (process.getuid?.() !== 0) return 'only root makes network namespaces'
  if (!answers('ip', '-V')) return 'there is no ip program (Debian: iproute2)'
  const script =
    'ip link set lo up && ip link add v0 type veth peer name v1 && ip -6 route add local default dev lo table local'
  return answers('unshare', '-n', '-m', 'sh', '-c', script)
    ? null
    : 'unshare, veth or IPv6 is missing (Debian: util-linux)'
}
const skip = missing() ?? false
const has_openssl = answers('openssl', 'version')

const folder = mkdtempSync(join(tmpdir(), 'skiro-egress-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs inside.ts in a network of its own. */
async function runInside(): Promise<Report> {
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n')
  writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n')
  if (has_openssl) await makeCertificates(folder)
  const here = import.meta.dirname
  const node = [process.execPath, '--conditions=source', join(here, 'inside.ts'), has_openssl ? folder : '']
  const child = spawn('unshare', ['-n', '-m', 'sh', join(here, 'prepare.sh'), folder, ...node], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(has_openssl ? { NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt.pem') } : {}) },
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [said, complained, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  assert.equal(status, 0, complained)
  return JSON.parse(said) as Report
}

describe('in a network where every address is a canary', { skip }, () => {
  let report: Report
  before(async () => {
    report = await runInside()
  })

  test('not one connection comes of all forms of URLs', () => {
    assert.ok(report.forms.posted > 800)
    assert.deepEqual(report.forms.heard, {})
    assert.deepEqual(Object.keys(report.forms.outcomes), ['refused_url', 'unreachable'])
  })

  test('control: a guard that looks at the text lets hundreds through', () => {
    const { control } = report.forms
    for (const address of [
      '127.0.0.1',
      '::1',
      '10.0.0.1',
      '169.254.169.254',
      '64:ff9b::7f00:1',
      '100.64.0.1',
    ])
      assert.ok((control[address] ?? 0) > 0, address)
  })

  test('public addresses are posted to, so that the canaries and the guard are seen to work', () => {
    assert.deepEqual(report.public.outcomes, { 200: 3 })
    assert.deepEqual(report.public.heard, { [PUBLIC]: 2, '2606:4700:4700::1111': 1 })
  })

  test('this machine’s own public address is not, unless the operator allows it', () => {
    assert.deepEqual(report.own, { outcomes: { unreachable: 6 }, heard: {} })
    assert.deepEqual(report.own_allowed, { outcomes: { 200: 1 }, heard: { '45.33.32.156': 1 } })
  })

  test('not one comes of names that lead inside, alone or beside a public address', () => {
    assert.deepEqual(report.names.heard, {})
    assert.deepEqual(report.names.outcomes, { unreachable: report.bad.length * 2 })
    // The guard that judges the first address only.
    for (const address of ['::1', 'fd00::1', '64:ff9b::7f00:1', '64:ff9b::a9fe:a9fe'])
      assert.ok((report.names.control[address] ?? 0) > 0, `control: ${address}`)
  })

  test('a name server that changes its mind leads nobody inside', () => {
    const { heard, outcomes, control } = report.rebinding
    // Public the first time, inside the second, and so on: half of the posts arrive, all of them outside.
    assert.deepEqual(Object.keys(heard), [PUBLIC])
    assert.deepEqual(outcomes, { 200: heard[PUBLIC], unreachable: heard[PUBLIC] })
    assert.equal(heard[PUBLIC], report.bad.length * 5)
    for (const address of NETWORKS) assert.ok((control[address] ?? 0) > 0, `control: ${address}`)
  })

  test('a redirect to the metadata server is an answer', () => {
    const { outcomes, heard, control } = report.redirect
    assert.deepEqual({ outcomes, heard }, { outcomes: { 302: 1 }, heard: {} })
    assert.deepEqual(control, { '169.254.169.254': 1 })
  })

  test('closed, filtered, unknown, forbidden or no web server: one text, after one pause', () => {
    const { said, pauses, order } = report.hidden
    const kinds = Object.keys(said)
    assert.equal(kinds.length, 12)
    for (const kind of kinds) assert.equal(said[kind], `unreachable: ${UNREACHABLE}`, kind)
    // Nobody is told before all have paused and the pause is over.
    const [paused, told] = [kinds.map(() => 'pause'), kinds.map(() => 'told')]
    assert.deepEqual(order, [...paused, 'open', ...told])
    // Whenever it failed, what is left of five seconds remains: also of the ones that a firewall kept waiting.
    for (const pause of pauses) assert.ok(pause > 0 && pause <= 5000, `${pause}`)
  })

  test('by the real clock none is told before five seconds', () => {
    // Timers count whole milliseconds from when their loop last looked at the clock.
    for (const wait of report.hidden_for_real) assert.ok(wait >= 4990, `${wait} ms`)
  })

  test('in the operator’s own network the truth is told at once, but not of a name that also leads elsewhere', () => {
    const { refused, turncoat, pauses } = report.trusted
    const plain = 'unreachable: connection refused: nothing listens there'
    assert.deepEqual([refused, turncoat[0]], [plain, plain])
    assert.deepEqual(new Set(turncoat.slice(1)), new Set([`unreachable: ${UNREACHABLE}`]))
    assert.equal(pauses, 3)
  })

  test('names whose server never answers do not keep others waiting', () => {
    assert.equal(report.silent.first, '200')
    // The system's own lookup lets two wait at once, and no others meanwhile.
    assert.equal(report.silent.control_first, 'silent')
  })

  test('of a certificate it is told at once what is wrong', (t) => {
    if (!report.certificates) return t.skip('there is no openssl program')
    const { said, pauses } = report.certificates
    const the = 'certificate: the certificate of this server'
    assert.deepEqual(said, {
      good: '200',
      expired: `${the} has expired`,
      other: `${the} is for another host name`,
      selfsigned: `${the} is self-signed`,
      stranger: `${the} comes without the intermediate certificates, or from an unknown authority`,
    })
    assert.equal(pauses, 0)
  })
})
