import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UsageError } from './command.ts'
import { COMMANDS } from './commands.ts'
import { help } from './help.ts'
import { COMMON, parseCall } from './parseCall.ts'
import { table } from './table.ts'

const MERCHANT = 'mer_01jf2m8s5v0x3c9q6w4e7r1t2y'
const call = (line: string) => parseCall(words(line), COMMANDS)

/** The words of a line as a shell makes them of plain words and double quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

describe('a call', () => {
  test('gives a command its options, with defaults for those left out', () => {
    const parsed = call(`key create --merchant ${MERCHANT} --label "shop backend" --json --scope=read`)
    assert.ok(parsed.kind === 'run')
    assert.equal(parsed.command.name, 'key create')
    assert.equal(parsed.json, true)
    assert.equal(parsed.env_file, null)
    assert.deepEqual(parsed.values, {
      merchant: MERCHANT,
      label: 'shop backend',
      scope: 'read',
      mode: 'test',
      help: false,
    })
  })

  test('collects an option that may be repeated, in order', () => {
    const parsed = call('merchant create --name A --email a@b.example --wallet ETH=x:1 --wallet=USDT=y:2')
    assert.ok(parsed.kind === 'run')
    assert.deepEqual(parsed.values['wallet'], ['ETH=x:1', 'USDT=y:2'])
    const none = call('merchant create --name A --email a@b.example')
    assert.ok(none.kind === 'run')
    assert.deepEqual(none.values['wallet'], [])
  })

  test('takes a value that begins with a dash only behind an equals sign', () => {
    const parsed = call(`key create --merchant ${MERCHANT} --label=--odd--`)
    assert.ok(parsed.kind === 'run')
    assert.equal(parsed.values['label'], '--odd--')
  })

  const asks_help: [string, string][] = [
    ['--help', ''],
    ['-h', ''],
    ['help', ''],
    ['merchant --help', 'merchant'],
    ['help merchant', 'merchant'],
    ['merchant create --help', 'merchant create'],
    ['help key create', 'key create'],
    ['key create --lable x -h', 'key create'],
    ['serve --help', 'serve'],
  ]
  for (const [line, about] of asks_help) {
    test(`"${line}" asks for help`, () => assert.deepEqual(call(line), { kind: 'help', about }))
  }

  test('asks for the version', () => {
    for (const line of ['--version', '-v']) assert.deepEqual(call(line), { kind: 'version' })
  })

  const wrong: [line: string, message: string, about: string][] = [
    ['', 'Name a command.', ''],
    ['merchant', '"merchant" needs one more word.', 'merchant'],
    ['--json merchant list', 'The command comes first, before --json.', ''],
    ['mercant list', 'There is no command "mercant". Did you mean "merchant"?', ''],
    ['merchnat lsit', 'There is no command "merchnat". Did you mean "merchant"?', ''],
    ['merchant lsit', 'There is no command "merchant lsit". Did you mean "merchant list"?', 'merchant'],
    ['merchant webhook', 'There is no command "merchant webhook".', 'merchant'],
    ['key new', 'There is no command "key new".', 'key'],
    ['doctro', 'There is no command "doctro". Did you mean "doctor"?', ''],
    ['srve', 'There is no command "srve". Did you mean "serve"?', ''],
    ['help walet', 'There is no command "walet". Did you mean "wallet"?', ''],
    ['merchant list --emial x', 'There is no option --emial. Did you mean --email?', 'merchant list'],
    ['merchant list --frobnicate', 'There is no option --frobnicate.', 'merchant list'],
    ['merchant list -x', 'There is no option -x.', 'merchant list'],
    ['merchant list --constructor x', 'There is no option --constructor.', 'merchant list'],
    ['merchant list mer_1', '"mer_1" belongs to no option.', 'merchant list'],
    ['merchant list -- --email', '"--" has no meaning here.', 'merchant list'],
    ['merchant list --email', '--email needs a value: --email=<address>', 'merchant list'],
    ['merchant list --email=', '--email needs a value: --email=<address>', 'merchant list'],
    ['merchant list --email --json', '--email needs a value: --email=<address>', 'merchant list'],
    ['merchant list --json=yes', '--json takes no value.', 'merchant list'],
    ['merchant list --email a --email b', '--email is given twice.', 'merchant list'],
    ['merchant create', '--name and --email must be given.', 'merchant create'],
    [
      'key list --merchant m --mode Test',
      '--mode must be test or live, not "Test". Did you mean test?',
      'key list',
    ],
    ['key list --merchant m --mode prod', '--mode must be test or live, not "prod".', 'key list'],
  ]
  for (const [line, message, about] of wrong) {
    test(`"${line}" is refused in words that help`, () => {
      assert.throws(
        () => call(line),
        (error) => {
          assert.ok(error instanceof UsageError)
          assert.deepEqual([error.message, error.about], [message, about])
          return true
        },
      )
    })
  }
})

describe('help', () => {
  test('of the program and of each group names every command in it', () => {
    for (const about of ['', 'merchant', 'key', 'wallet']) {
      const text = help(about, COMMANDS)
      for (const { name, summary } of COMMANDS) {
        const inside = about === '' || name.startsWith(`${about} `)
        assert.equal(text.includes(`  ${name}  `) && text.includes(summary), inside, `${about}: ${name}`)
      }
    }
  })

  for (const command of COMMANDS) {
    test(`of ${command.name} explains every option, and its example can be called`, () => {
      const text = help(command.name, COMMANDS)
      for (const [name, option] of Object.entries({ ...command.options, ...COMMON })) {
        assert.ok(text.includes(`--${name}`) && text.includes(option.help), name)
      }
      assert.ok(text.includes(`\n  skiro-server ${command.example}\n`))
      const parsed = call(command.example)
      assert.ok(parsed.kind === 'run')
      assert.equal(parsed.command, command)
    })
  }

  test('fits a terminal, examples aside', () => {
    for (const about of ['', 'merchant', 'key', 'wallet', ...COMMANDS.map(({ name }) => name)]) {
      const lines = help(about, COMMANDS).split('\n')
      const long = lines.filter((line) => line.length > 120 && !line.startsWith('  skiro-server '))
      assert.deepEqual(long, [])
    }
  })
})

test('a table is aligned, and what a merchant chose cannot forge a line of it', () => {
  const shown = table(
    ['A', 'B'],
    [
      ['x\n\u001b[2Jfake', null],
      ['ü', new Date('2026-01-02T03:04:05.678Z')],
    ],
    'none',
  )
  assert.deepEqual(shown.split('\n'), [
    `${'A'.padEnd(12)}B`,
    'x??[2Jfake  -',
    `${'ü'.padEnd(12)}2026-01-02T03:04:05Z`,
    '',
  ])
  assert.equal(table(['A'], [], 'Nothing.'), 'Nothing.\n')
})
