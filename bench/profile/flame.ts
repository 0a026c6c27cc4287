/** What Node writes with `--cpu-prof` (V8's CPU profile format). */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

export type Frame = {
  readonly name: string
  self: number
  total: number
  readonly children: Map<string, Frame>
}

const frame = (name: string): Frame => ({ name, self: 0, total: 0, children: new Map() })

/** The profile as one tree of functions, microseconds of busy time; what waits is left out. */
export function toFlame({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const by_id = new Map(nodes.map((node) => [node.id, node]))
  const parent_of = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])))
  const root = frame('busy')
  for (const [index, id] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0
    const path: string[] = []
    for (let at: number | undefined = id; at !== undefined; at = parent_of.get(at)) {
      const name = nameOf(by_id.get(at)?.callFrame)
      if (name !== null && path.at(-1) !== name) path.push(name)
    }
    if (path.includes('(idle)')) continue
    let at = root
    root.total += micros
    for (const name of path.toReversed()) {
      let next = at.children.get(name)
      if (!next) at.children.set(name, (next = frame(name)))
      next.total += micros
      at = next
    }
    at.self += micros
  }
  return root
}

function nameOf(call: CpuProfile['nodes'][number]['callFrame'] | undefined): string | null {
  if (!call || call.functionName === '(root)') return null
  const [, place = call.url] = /(?:node_modules\/|packages\/server\/src\/)(.+)$/.exec(call.url) ?? []
  const name = call.functionName === '' ? '(anonymous)' : call.functionName
  return place === '' ? name : `${name} ${place}`
}

const BAR = 20
const PASSED_BY = /^\S+ (?:node:|fastify\/|pg|pino\/|find-my-way\/|sonic-boom\/)/

/** The tree as text, the widest first. What takes less than `least` of the whole is left out. */
export function printFlame(root: Frame, least = 0.02): string {
  const lines: string[] = []
  const walk = ({ name, total, self, children }: Frame, depth: number) => {
    const share = total / root.total
    if (share < least) return
    const [widest] = [...children.values()].toSorted((a, b) => b.total - a.total)
    // A frame of Node or a package that only passes the call on says nothing.
    if (PASSED_BY.test(name) && widest && widest.total > total * 0.9) {
      for (const child of children.values()) walk(child, depth)
      return
    }
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR)
    const own = ((100 * self) / root.total).toFixed(1).padStart(5)
    lines.push(`${bar} ${(100 * share).toFixed(1).padStart(5)} ${own}  ${'· '.repeat(depth)}${name}`)
    for (const child of [...children.values()].toSorted((a, b) => b.total - a.total)) walk(child, depth + 1)
  }
  walk(root, 0)
  return `${'share of busy time'.padEnd(BAR)}  in all   own\n${lines.join('\n')}`
}
