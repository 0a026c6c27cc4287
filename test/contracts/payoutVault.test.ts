import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { after, before, test } from 'node:test'
import {
  type Abi,
  type Address,
  createPublicClient,
  decodeErrorResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  http,
  keccak256,
  parseEventLogs,
  toHex,
} from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import disperse from '../../contracts/artifacts/TestDisperse.json' with { type: 'json' }
import hostile from '../../contracts/artifacts/TestHostileToken.json' with { type: 'json' }
import usdc from '../../contracts/artifacts/TestUSDC.json' with { type: 'json' }
import usdt from '../../contracts/artifacts/TestUSDT.json' with { type: 'json' }
import vaultArtifact from '../../contracts/artifacts/PayoutVault.json' with { type: 'json' }
import { type Anvil, startAnvil } from '../../packages/sandbox/src/chain/anvil.ts'
import { deployed } from '../support/deployed.ts'

const VAULT = vaultArtifact.abi as Abi
const HABITS = {
  returns_nothing: 0,
  returns_false: 1,
  returns_two: 2,
  returns_one_byte: 3,
  reverts: 4,
  burns_gas: 5,
  returns_megabytes: 6,
} as const
const FUNDS = 1_000_000_000_000n

let anvil: Anvil
let client: ReturnType<typeof createPublicClient>
// Development accounts of the node, which signs for them.
let issuer: Address
let owner: Address
let operator: Address
let stranger: Address
let vault: Address
let usdtToken: Address
let usdcToken: Address
let evil: Address

const payee = () => privateKeyToAddress(generatePrivateKey())
const payees = (count: number) => Array.from({ length: count }, payee)
let ids = 0
const newId = () => keccak256(toHex(`pb_${++ids}`))

async function rpc<T>(method: string, ...params: unknown[]): Promise<T> {
  return (await client.request({ method, params } as never)) as T
}

type Call = { from: Address; to: Address; abi: Abi; name: string; args: readonly unknown[]; gas?: bigint }

/** Sends and mines. @throws Error with the name of the contract's error when it reverts. */
async function send({ from, to, abi, name, args, gas }: Call) {
  const data = encodeFunctionData({ abi, functionName: name, args })
  const call = { from, to, data, ...(gas !== undefined && { gas: toHex(gas) }) }
  try {
    const hash = await rpc<Hex>('eth_sendTransaction', call)
    await rpc('evm_mine')
    const receipt = await client.getTransactionReceipt({ hash })
    if (receipt.status === 'success') return receipt
    await rpc('eth_call', call, toHex(receipt.blockNumber - 1n))
  } catch (error) {
    throw new Error(errorName(error), { cause: error })
  }
  throw new Error('reverted for want of gas')
}

/** The name of the contract's own error, however deep the client has wrapped its data. */
function errorName(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    const data = 'data' in inner ? inner.data : undefined
    if (typeof data === 'string' && data.length > 2)
      return decodeErrorResult({ abi: VAULT, data: data as Hex }).errorName
  }
  return String(error)
}

const asOwner = async (name: string, ...args: unknown[]) =>
  send({ from: owner, to: vault, abi: VAULT, name, args })
const read = async <T>(to: Address, abi: Abi, functionName: string, ...args: unknown[]) =>
  (await client.readContract({ address: to, abi, functionName, args })) as T

async function pay(
  token: Address,
  to: readonly Address[],
  amounts: readonly bigint[],
  options: { id?: Hex; from?: Address; vault?: Address; gas?: bigint } = {},
) {
  const { id = newId(), from = operator, gas } = options
  return send({
    from,
    to: options.vault ?? vault,
    abi: VAULT,
    name: 'pay',
    args: [id, token, to, amounts],
    ...(gas && { gas }),
  })
}

type Receipt = Awaited<ReturnType<typeof pay>>
const failures = ({ logs }: Receipt) =>
  parseEventLogs({ abi: VAULT, logs, eventName: 'PaymentFailed' }).map(
    (log) => (log as unknown as { args: { index: bigint; to: Address; amount: bigint } }).args,
  )
const balance = async (token: Address, holder: Address) =>
  read<bigint>(token, usdt.abi as Abi, 'balanceOf', holder)
const reverts = async (act: Promise<unknown>, name: string) => assert.rejects(act, { message: name })

before(async () => {
  anvil = await startAnvil(0, ['--chain-id', '31337', '--hardfork', 'prague', '--no-mining'])
  client = createPublicClient({ transport: http(anvil.rpc_url, { retryCount: 0 }) })
  ;[issuer, owner, operator, stranger] = (await rpc<Address[]>('eth_accounts')).map((one) =>
    getAddress(one),
  ) as [Address, Address, Address, Address]
  const deploy = async (artifact: { abi: unknown; bytecode: string }, ...args: unknown[]) =>
    deployed(anvil.rpc_url, issuer, artifact, args)
  usdtToken = await deploy(usdt)
  usdcToken = await deploy(usdc)
  evil = await deploy(hostile)
  vault = await deploy(vaultArtifact, owner, operator)
  await fund(vault)
})
after(() => anvil.stop())

async function fund(holder: Address): Promise<void> {
  const act = async (to: Address, abi: unknown, name: string, ...args: unknown[]) =>
    send({ from: issuer, to, abi: abi as Abi, name, args })
  await act(usdtToken, usdt.abi, 'issue', FUNDS)
  await act(usdtToken, usdt.abi, 'transfer', holder, FUNDS)
  await act(usdcToken, usdc.abi, 'configureMinter', issuer, FUNDS)
  await act(usdcToken, usdc.abi, 'mint', holder, FUNDS)
}

test('pays many at once, whether the token returns nothing or true', async () => {
  for (const token of [usdtToken, usdcToken]) {
    const to = payees(3)
    const held = await balance(token, vault)
    const receipt = await pay(token, to, [1n, 2n, 3n])
    assert.deepEqual(failures(receipt), [])
    assert.deepEqual(await Promise.all(to.map((one) => balance(token, one))), [1n, 2n, 3n])
    assert.equal(await balance(token, vault), held - 6n)
  }
})

test('takes a batch id once, also for other payments and after a pause', async () => {
  const id = newId()
  const [first, second] = payees(2) as [Address, Address]
  await pay(usdtToken, [first], [5n], { id })
  assert.equal(await read(vault, VAULT, 'used', id), true)
  await reverts(pay(usdtToken, [first], [5n], { id }), 'BatchUsed')
  await reverts(pay(usdcToken, [second], [1n], { id }), 'BatchUsed')
  assert.equal(await balance(usdtToken, first), 5n)
  // A batch that was undone as a whole has not used its id.
  const undone = newId()
  await reverts(pay(usdtToken, [first, second], [1n], { id: undone }), 'LengthMismatch')
  assert.equal(await read(vault, VAULT, 'used', undone), false)
  await pay(usdtToken, [second], [1n], { id: undone })
})

test('one blacklisted payee among a hundred is left out, and the others are paid', async () => {
  const to = payees(100)
  const barred = to[41] as Address
  await send({ from: issuer, to: usdcToken, abi: usdc.abi as Abi, name: 'blacklist', args: [barred] })
  const receipt = await pay(
    usdcToken,
    to,
    to.map(() => 7n),
  )
  assert.deepEqual(
    failures(receipt).map(({ index, to: whom, amount }) => [index, whom, amount]),
    [[41n, barred, 7n]],
  )
  const paid = await Promise.all(to.map((one) => balance(usdcToken, one)))
  assert.deepEqual(
    paid,
    to.map((one) => (one === barred ? 0n : 7n)),
  )
})

test('control: a plain loop pays a batch twice, and nobody when one payee is refused', async () => {
  const naive = await deployed(anvil.rpc_url, issuer, disperse, [])
  await fund(naive)
  const to = payees(100)
  const amounts = to.map(() => 7n)
  const id = newId()
  await pay(usdcToken, to, amounts, { id, vault: naive })
  await pay(usdcToken, to, amounts, { id, vault: naive })
  assert.equal(await balance(usdcToken, to[0] as Address), 14n)
  const others = payees(3)
  await send({ from: issuer, to: usdcToken, abi: usdc.abi as Abi, name: 'blacklist', args: [others[1]] })
  await reverts(pay(usdcToken, others, [1n, 1n, 1n], { vault: naive }), 'Error')
  assert.equal(await balance(usdcToken, others[0] as Address), 0n)
})

test('a payment above what is left fails alone', async () => {
  const to = payees(3)
  const receipt = await pay(usdtToken, to, [1n, FUNDS * 2n, 1n])
  assert.deepEqual(
    failures(receipt).map(({ index }) => index),
    [1n],
  )
  assert.equal(await balance(usdtToken, to[2] as Address), 1n)
})

test('refuses what makes no sense: lengths, nothing, an address without code', async () => {
  const [one, other] = payees(2) as [Address, Address]
  await reverts(pay(usdtToken, [one, other], [1n]), 'LengthMismatch')
  await reverts(pay(usdtToken, [one], [1n, 1n]), 'LengthMismatch')
  await reverts(pay(usdtToken, [], []), 'NothingToPay')
  await reverts(pay(other, [one], [1n]), 'NotAToken')
})

test('the operator pays and can do nothing else; nobody else pays, the owner neither', async () => {
  const to = payee()
  for (const from of [owner, stranger]) await reverts(pay(usdtToken, [to], [1n], { from }), 'NotOperator')
  const calls: [name: string, args: unknown[]][] = [
    ['sweep', [usdtToken, operator, 1n]],
    ['sweep', ['0x0000000000000000000000000000000000000000', operator, 0n]],
    ['setOperator', [stranger]],
    ['setPaused', [true]],
    ['transferOwnership', [operator]],
  ]
  for (const from of [operator, stranger]) {
    for (const [name, args] of calls) {
      await reverts(send({ from, to: vault, abi: VAULT, name, args }), 'NotOwner')
    }
    await reverts(send({ from, to: vault, abi: VAULT, name: 'acceptOwnership', args: [] }), 'NotPendingOwner')
  }
})

test('the owner sweeps tokens, and coin that was forced in; coin sent by mistake is refused', async () => {
  const to = payee()
  await asOwner('sweep', usdtToken, to, 10n)
  await asOwner('sweep', usdcToken, to, 11n)
  assert.deepEqual([await balance(usdtToken, to), await balance(usdcToken, to)], [10n, 11n])
  await reverts(asOwner('sweep', usdtToken, to, FUNDS * 9n), 'SweepFailed')
  await reverts(asOwner('sweep', payee(), to, 1n), 'SweepFailed')
  await reverts(asOwner('sweep', usdtToken, ZERO, 1n), 'BadAddress')
  await assert.rejects(rpc('eth_call', { from: stranger, to: vault, value: '0x5' }, 'latest'))
  await rpc('anvil_setBalance', vault, '0x5')
  await asOwner('sweep', ZERO, to, 5n)
  assert.equal(await client.getBalance({ address: to }), 5n)
})

test('while paused nothing is paid, and the owner still sweeps', async () => {
  const to = payee()
  await asOwner('setPaused', true)
  await reverts(pay(usdtToken, [to], [1n]), 'IsPaused')
  await asOwner('sweep', usdtToken, to, 3n)
  await asOwner('setPaused', false)
  await pay(usdtToken, [to], [1n])
  assert.equal(await balance(usdtToken, to), 4n)
})

test('a new operator takes the place of the old one', async () => {
  const to = payee()
  await asOwner('setOperator', stranger)
  await reverts(pay(usdtToken, [to], [1n]), 'NotOperator')
  await pay(usdtToken, [to], [1n], { from: stranger })
  await reverts(asOwner('setOperator', owner), 'BadAddress')
  await asOwner('setOperator', operator)
})

test('the vault changes hands in two steps, and never into the hot key', async () => {
  await asOwner('transferOwnership', stranger)
  assert.equal(await read(vault, VAULT, 'owner'), owner)
  await asOwner('setPaused', false)
  await asOwner('transferOwnership', ZERO)
  await reverts(
    send({ from: stranger, to: vault, abi: VAULT, name: 'acceptOwnership', args: [] }),
    'NotPendingOwner',
  )
  await asOwner('transferOwnership', stranger)
  await send({ from: stranger, to: vault, abi: VAULT, name: 'acceptOwnership', args: [] })
  await reverts(asOwner('setPaused', true), 'NotOwner')
  await reverts(
    send({ from: stranger, to: vault, abi: VAULT, name: 'acceptOwnership', args: [] }),
    'NotPendingOwner',
  )
  await send({ from: stranger, to: vault, abi: VAULT, name: 'transferOwnership', args: [operator] })
  await reverts(
    send({ from: operator, to: vault, abi: VAULT, name: 'acceptOwnership', args: [] }),
    'BadAddress',
  )
  await send({ from: stranger, to: vault, abi: VAULT, name: 'transferOwnership', args: [owner] })
  await asOwner('acceptOwnership')
  for (const [one, other] of [
    [ZERO, operator],
    [owner, ZERO],
    [owner, owner],
  ]) {
    await assert.rejects(deployed(anvil.rpc_url, issuer, vaultArtifact, [one, other]))
  }
})

test('no habit of a token hurts the other payments', async () => {
  const failing = [
    'returns_false',
    'returns_two',
    'returns_one_byte',
    'reverts',
    'burns_gas',
    'returns_megabytes',
  ]
  for (const [name, habit] of Object.entries(HABITS)) {
    await send({ from: stranger, to: evil, abi: hostile.abi as Abi, name: 'behave', args: [habit] })
    const receipt = await pay(evil, payees(3), [1n, 1n, 1n])
    assert.equal(failures(receipt).length, failing.includes(name) ? 3 : 0, name)
    assert.ok(receipt.gasUsed < 600_000n, `${name} used ${receipt.gasUsed}`)
  }
})

test('a token that calls back gets nothing', async () => {
  const to = payee()
  const attempts: [name: string, args: unknown[]][] = [
    ['pay', [newId(), usdtToken, [evil], [FUNDS / 2n]]],
    ['sweep', [usdtToken, evil, 1n]],
    ['setOperator', [evil]],
    ['acceptOwnership', []],
  ]
  const held = await balance(usdtToken, vault)
  for (const [name, args] of attempts) {
    const callback = encodeFunctionData({ abi: VAULT, functionName: name, args })
    await send({
      from: stranger,
      to: evil,
      abi: hostile.abi as Abi,
      name: 'reenter',
      args: [vault, callback],
    })
    await pay(evil, [to], [1n])
  }
  assert.equal(await read(evil, hostile.abi as Abi, 'tries'), 4n)
  assert.equal(await read(evil, hostile.abi as Abi, 'successes'), 0n)
  assert.equal(await balance(usdtToken, vault), held)
})

test('an operator that is a contract cannot use one batch id twice by calling back', async () => {
  const own = await deployed(anvil.rpc_url, issuer, vaultArtifact, [owner, evil])
  await fund(own)
  const act = async (name: string, args: readonly unknown[]) =>
    send({ from: stranger, to: evil, abi: hostile.abi as Abi, name, args })
  const id = newId()
  const [to] = payees(1) as [Address]
  const inner = encodeFunctionData({ abi: VAULT, functionName: 'pay', args: [id, usdtToken, [to], [9n]] })
  const outer = encodeFunctionData({ abi: VAULT, functionName: 'pay', args: [id, evil, [to], [1n]] })
  await act('reenter', [own, inner])
  await act('act', [own, outer])
  assert.equal(await balance(usdtToken, to), 0n)
})

test('short of gas the whole batch is undone: a good payment never fails for it', async () => {
  const to = payees(1)
  const good: bigint[] = []
  for (const use of [60_000n, 90_000n, 150_000n, 400_000n]) {
    await send({ from: stranger, to: evil, abi: hostile.abi as Abi, name: 'useGas', args: [use] })
    if (failures(await pay(evil, to, [1n], { gas: 2_000_000n })).length > 0) continue
    good.push(use)
    // In this range the token runs out of gas, and the vault might have enough left to say so.
    for (let gas = use + 40_000n; gas < use + 65_000n; gas += 1_000n) {
      const receipt = await pay(evil, to, [1n], { gas }).catch(() => null)
      assert.deepEqual(receipt ? failures(receipt) : [], [], `${use} used, ${gas} given`)
    }
  }
  assert.deepEqual(good, [60_000n, 90_000n])
})

test('the code that operators deploy makes a vault of the two accounts', async () => {
  const print = async (...words: string[]) =>
    promisify(execFile)(process.execPath, ['contracts/vaultCode.ts', ...words])
  const { stdout } = await print(owner, operator)
  const made = await deployed(anvil.rpc_url, stranger, { abi: [], bytecode: stdout.trim() }, [])
  assert.deepEqual([await read(made, VAULT, 'owner'), await read(made, VAULT, 'operator')], [owner, operator])
  for (const words of [[owner], [owner, owner], [owner, 'me'], [owner, operator, stranger]]) {
    await assert.rejects(print(...words), { code: 2 })
  }
})

const ZERO: Address = '0x0000000000000000000000000000000000000000'
