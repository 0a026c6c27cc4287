import { ProviderError } from '../../../lib/errors.ts'
import { revertReason } from './revert.ts'
import { NodeRefusal, type Rpc } from './rpc.ts'

/** One node of several, and what proves that it is of the chain we mean. */
export type Node = { readonly rpc: Rpc; readonly check: () => Promise<void> }

/** The nodes of one chain. With a single one there is nothing to compare: it is believed. */
export type Nodes = {
  /** The first node that answers. For what costs a delay at most when it is wrong: fees, estimates, dry runs. */
  readonly any: Rpc
  /** What two nodes say alike. @throws ProviderError `unknown` when they differ or only one answers. */
  readonly agreed: Rpc
  /** The same read from two nodes, for the caller to compare; from one when there is one. */
  readonly two: <T>(read: (rpc: Rpc) => Promise<T>) => Promise<readonly T[]>
  /** Every node at once, each with its own outcome, once none has shown to be of another chain. */
  readonly all: <T>(act: (rpc: Rpc) => Promise<T>) => Promise<readonly PromiseSettledResult<T>[]>
}

/** A node of another chain, or of another network with the same number. It is not passed over: somebody has to look. */
export class WrongChain extends ProviderError {}

/**
 * Asks nodes in their order; one that gave no answer goes to the end of it, so that a dead node does not make every call
 * wait. A node counts only once it has shown its chain.
 */
export function createNodes(network: string, nodes: readonly [Node, ...Node[]]): Nodes {
  const order: Node[] = [...nodes]
  const wanted = Math.min(2, nodes.length)

  const ask = async <T>(node: Node, read: (rpc: Rpc) => Promise<T>): Promise<T> => {
    try {
      await node.check()
      return await read(node.rpc)
    } catch (error) {
      if (!(error instanceof WrongChain) && revertReason(error) === null) {
        order.push(...order.splice(order.indexOf(node), 1))
      }
      throw error
    }
  }

  const any: Rpc = async (method, params, answer) => {
    let failure: unknown
    for (const node of [...order]) {
      try {
        return await ask(node, async (rpc) => rpc(method, params, answer))
      } catch (error) {
        if (error instanceof WrongChain || revertReason(error) !== null) throw error
        failure ??= error
      }
    }
    throw failure
  }

  const two: Nodes['two'] = async (read) => {
    const waiting = [...order]
    const answers: Awaited<ReturnType<typeof read>>[] = []
    let failure: unknown
    while (answers.length < wanted) {
      const asked = waiting.splice(0, wanted - answers.length)
      if (asked.length === 0) throw tooFew(network, answers.length, failure)
      for (const outcome of await Promise.allSettled(asked.map(async (node) => ask(node, read)))) {
        if (outcome.status === 'fulfilled') answers.push(outcome.value)
        else if (outcome.reason instanceof WrongChain) throw outcome.reason
        else failure ??= outcome.reason
      }
    }
    return answers
  }

  const agreed: Rpc = async (method, params, answer) => {
    const answers = await two(async (rpc) => rpc(method, params, answer))
    assertAlike(network, method, answers)
    return answers[0] as Awaited<(typeof answers)[number]>
  }

  const all: Nodes['all'] = async (act) => {
    const checks = await Promise.allSettled(nodes.map(async ({ check }) => check()))
    const wrong = checks.find((check) => check.status === 'rejected' && check.reason instanceof WrongChain)
    if (wrong?.status === 'rejected') throw wrong.reason
    return Promise.allSettled(nodes.map(async (node) => ask(node, act)))
  }

  return { any, agreed, two, all }
}

/** @throws ProviderError `unknown` when not all of `answers` are the same. Case of hexadecimal digits does not count. */
export function assertAlike(network: string, what: string, answers: readonly unknown[]): void {
  if (new Set(answers.map(canonical)).size <= 1) return
  throw new ProviderError(
    network,
    'unknown',
    `${what}: two nodes give different answers, so none is believed`,
  )
}

function canonical(answer: unknown): string {
  return JSON.stringify(answer, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    return typeof value === 'string' ? value.toLowerCase() : value
  })
}

function tooFew(network: string, answered: number, failure: unknown): unknown {
  if (answered === 0) return failure
  // A refusal of one node alone is no answer of the network, and must not pass for one.
  const said =
    failure instanceof NodeRefusal || failure instanceof ProviderError ? `: ${failure.message}` : ''
  return new ProviderError(network, 'unknown', `only one node answers, and two have to agree${said}`)
}
