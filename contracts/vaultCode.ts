/**
 * `node contracts/vaultCode.ts <owner> <operator>`: prints the code that creates a PayoutVault for the two accounts, to be
 * sent as the data of a transaction without a receiver. It holds no key and asks no network.
 */
import { type Abi, encodeDeployData, getAddress, type Hex, isAddress } from 'viem'
import vault from './artifacts/PayoutVault.json' with { type: 'json' }

const [owner = '', operator = '', ...more] = process.argv.slice(2)
if (!isAddress(owner) || !isAddress(operator) || more.length > 0) {
  console.error('Usage: node contracts/vaultCode.ts <owner address> <operator address>')
  process.exit(2)
}
// The contract refuses it too, but only after the gas is paid.
if (getAddress(owner) === getAddress(operator)) {
  console.error(
    'Owner and operator must be two accounts: the operator is the hot wallet, the owner a cold key.',
  )
  process.exit(2)
}
const code = encodeDeployData({
  abi: vault.abi as Abi,
  bytecode: vault.bytecode as Hex,
  args: [owner, operator],
})
process.stdout.write(`${code}\n`)
