/**
 * Compiles `src/*.sol` into `artifacts/*.json`, which are committed: nobody needs a compiler to run Skiro.
 * `node contracts/compile.ts` writes them; with `--check` it writes nothing and exits 1 when one is out of date.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

type Artifact = { abi: unknown[]; bytecode: `0x${string}`; source_sha256: string; solc: string }
type SolcOutput = {
  errors?: { severity: 'error' | 'warning' | 'info'; formattedMessage: string }[]
  contracts?: Record<string, Record<string, { abi: unknown[]; evm: { bytecode: { object: string } } }>>
}
type Solc = { compile(input: string): string; version(): string }

const solc = createRequire(import.meta.url)('solc') as Solc
const SOURCES = new URL('src/', import.meta.url)
const ARTIFACTS = new URL('artifacts/', import.meta.url)

// Without the metadata hash the bytecode depends on the code alone, not on comments or file paths.
const SETTINGS = {
  optimizer: { enabled: true, runs: 10_000 },
  evmVersion: 'cancun',
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
}

function compile(name: string): Artifact {
  const file = `${name}.sol`
  const source = readFileSync(new URL(file, SOURCES), 'utf8')
  const input = { language: 'Solidity', sources: { [file]: { content: source } }, settings: SETTINGS }
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as SolcOutput
  const problems = (output.errors ?? []).filter((error) => error.severity !== 'info')
  const contract = output.contracts?.[file]?.[name]
  if (problems.length > 0 || !contract) {
    throw new Error(`${file} does not compile:\n${problems.map((p) => p.formattedMessage).join('\n')}`)
  }
  return {
    abi: contract.abi,
    bytecode: `0x${contract.evm.bytecode.object}`,
    source_sha256: createHash('sha256').update(source).digest('hex'),
    solc: solc.version(),
  }
}

function readArtifact(file: URL): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const check = process.argv.includes('--check')
const names = readdirSync(SOURCES)
  .filter((file) => file.endsWith('.sol'))
  .map((file) => file.slice(0, -'.sol'.length))

mkdirSync(ARTIFACTS, { recursive: true })
for (const name of names) {
  const file = new URL(`${name}.json`, ARTIFACTS)
  const text = `${JSON.stringify(compile(name), null, 2)}\n`
  if (!check) writeFileSync(file, text)
  else if (readArtifact(file) !== text) {
    console.error(`artifacts/${name}.json does not match src/${name}.sol. Run: node contracts/compile.ts`)
    process.exitCode = 1
  }
}
