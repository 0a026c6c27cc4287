import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'
import { COMMANDS } from '../../packages/server/src/commands/commands.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { environment } from '../../packages/server/src/settings.ts'
import { parseDockerfile } from './dockerfile.ts'

type Service = {
  image: string
  build?: string
  command?: string[]
  profiles?: string[]
  environment?: Record<string, string | number>
  env_file?: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  init?: boolean
  privileged?: boolean
  user?: string
  ports?: string[]
  volumes?: string[]
  restart?: string
  stop_grace_period?: string
  healthcheck?: { disable?: boolean; test?: string[] }
  depends_on?: Record<string, { condition: string }>
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const text = read('compose.yaml')
const { services, volumes } = parse(text, { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const ours = Object.entries(services).filter(([, { image }]) => image === 'skiro')
const settings = Object.keys(environment.shape)
const PASSWORDS = ['POSTGRES_PASSWORD', 'SERVE_PASSWORD', 'WORK_PASSWORD']

describe('compose.yaml', () => {
  it('starts the database, then the schema, then serve and work', () => {
    assert.deepEqual(Object.keys(services), ['postgres', 'migrate', 'serve', 'work', 'operate'])
    assert.deepEqual(services['operate']?.profiles, ['operate'], 'not started with the others')
    const order = Object.fromEntries(
      Object.entries(services).map(([name, { depends_on = {} }]) => [
        name,
        Object.entries(depends_on).map(([other, { condition }]) => `${other} ${condition}`),
      ]),
    )
    assert.deepEqual(order, {
      postgres: [],
      migrate: ['postgres service_healthy'],
      serve: ['migrate service_completed_successfully'],
      work: ['migrate service_completed_successfully'],
      operate: ['migrate service_completed_successfully'],
    })
  })

  it('gives each process of ours one command, no rights, and time to stop', () => {
    assert.equal(ours.length, 4)
    for (const [name, service] of ours) {
      const command = name === 'operate' ? 'doctor' : name
      assert.deepEqual(service.command, [command])
      assert.ok(COMMANDS.some((known) => known.name === command))
      assert.deepEqual([service.read_only, service.cap_drop, service.init], [true, ['ALL'], true], name)
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'])
      assert.ok(
        service.privileged === undefined && service.user === undefined && service.volumes === undefined,
      )
      assert.ok(Number.parseInt(service.stop_grace_period ?? '', 10) > 18, name)
      const restart = { migrate: 'on-failure', operate: 'no' }[name] ?? 'unless-stopped'
      assert.equal(service.restart, restart)
      assert.equal(service.healthcheck?.disable ?? false, restart !== 'unless-stopped')
    }
  })

  it('gives nobody the password of another database user', () => {
    const users = Object.fromEntries(
      ours.map(([name, { environment: own = {} }]) => {
        for (const password of PASSWORDS) assert.equal(own[password], '', `${name}: ${password} of .env`)
        const urls = Object.entries(own).filter(([setting]) => setting.endsWith('DATABASE_URL'))
        return [name, urls.map(([, url]) => new URL(String(url).replace(/\$\{.*?\}/, 'secret')).username)]
      }),
    )
    assert.deepEqual(users, {
      migrate: ['skiro', 'skiro_serve', 'skiro_work'],
      serve: ['skiro_serve'],
      work: ['skiro_work'],
      operate: ['skiro'],
    })
  })

  it('opens one port, to this machine only, and it is the one that is served', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`),
    )
    assert.deepEqual(published, ['serve 127.0.0.1:4242:4242'])
    const exposed = parseDockerfile(read('Dockerfile'))
      .at(-1)
      ?.instructions.find(({ keyword }) => keyword === 'EXPOSE')
    for (const [name, { environment: own = {} }] of ours) {
      assert.equal(`${own['SKIRO_PORT']} ${own['SKIRO_WORK_PORT']}`, exposed?.text, name)
      assert.equal(own['SKIRO_HOST'], '0.0.0.0')
    }
  })

  it('keeps the data of a PostgreSQL that is new enough', () => {
    const { image, volumes: mounts = [], healthcheck } = services['postgres'] ?? { image: '' }
    assert.ok(Number(/^postgres:(\d+)-/.exec(image)?.[1]) >= 18, image)
    // Where the images of 18 and later keep it.
    assert.deepEqual(mounts, ['postgres:/var/lib/postgresql'])
    assert.deepEqual(Object.keys(volumes), ['postgres'])
    assert.equal(healthcheck?.test?.[1], 'pg_isready')
  })

  it('names settings that there are, and asks only for what .env.example has', () => {
    for (const [name, { environment: own = {}, env_file }] of ours) {
      for (const setting of Object.keys(own))
        assert.ok([...settings, ...PASSWORDS].includes(setting), `${name}: ${setting}`)
      assert.equal(env_file, '.env')
    }
    const asked = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable))
    assert.deepEqual([...asked], PASSWORDS)
    for (const password of PASSWORDS) assert.match(read('.env.example'), new RegExp(`^${password}=$`, 'm'))
  })
})

describe('.env.example', () => {
  const example = read('.env.example')
  const given = parseEnv(example)
  /** What the example shows, with its comments taken for settings and its gaps filled. */
  const filled = {
    ...parseEnv(example.replace(/^#(?=SKIRO_)/gm, '').replaceAll('0x…', `0x${'22'.repeat(20)}`)),
    SKIRO_DATABASE_URL: 'postgres://skiro@postgres/skiro',
    SKIRO_KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SKIRO_TEST_SIGNER_KEY: `0x${'11'.repeat(32)}`,
  }

  it('names settings that there are', () => {
    for (const name of Object.keys(filled)) assert.ok([...settings, ...PASSWORDS].includes(name), name)
  })

  it('is refused until it is filled in, and says what is missing', () => {
    assert.throws(
      () => readConfig({ ...given, SKIRO_DATABASE_URL: filled.SKIRO_DATABASE_URL }),
      (error: Error) => {
        assert.match(error.message, /\n {2}SKIRO_KEY_ENCRYPTION_KEY: /)
        assert.equal(error.message.split('\n').length, 3)
        return true
      },
    )
  })

  it('is valid once it is filled in, with all that it suggests', () => {
    const config = readConfig(filled)
    assert.equal(config.test?.chains[0]?.network, 'base')
    assert.deepEqual(Object.keys(config.test?.venues ?? {}), ['kraken', 'coinbase', 'binance'])
    assert.deepEqual(config.plans, { free: 1500, pro: 290 })
  })
})
